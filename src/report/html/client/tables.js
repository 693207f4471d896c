/**
 * Lets the heads of a table sort it: by `data-sort` where a cell has it, else by its text; again turns the order round.
 * @param {HTMLTableElement} table @param {() => void} onSorted
 */
function makeSortable(table, onSorted = () => {}) {
  const heads = [...(table.tHead?.rows[0].cells ?? [])];
  for (const [column, head] of heads.entries()) {
    head.querySelector('button')?.addEventListener('click', () => {
      // Numbers begin with the largest, text with A.
      const first = head.classList.contains('n') ? 'descending' : 'ascending';
      const order = head.getAttribute('aria-sort') === first ? (first === 'ascending' ? 'descending' : 'ascending') : first;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      sortRows(table, column, order === 'ascending' ? 1 : -1);
      onSorted();
    });
  }
}

/** @param {HTMLTableElement} table @param {number} column @param {1 | -1} direction */
function sortRows(table, column, direction) {
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row) => {
    const cell = row.cells[column];
    return { row, missing: cell.dataset.sort === '', number: cell.dataset.sort === undefined ? null : Number(cell.dataset.sort), text: cell.textContent ?? '' };
  });
  // What is missing comes last, whichever way.
  keyed.sort((a, b) => Number(a.missing) - Number(b.missing) || direction * (a.number !== null && b.number !== null ? a.number - b.number : a.text.localeCompare(b.text)));
  body.append(...keyed.map(({ row }) => row));
}

/** What the fields of a form say, by name. @param {HTMLFormElement} form @returns {Record<string, string>} */
function filtersOf(form) {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

/** Shows the rows that fit the filters, and says how many. @param {HTMLFormElement} form @param {HTMLTableElement} table */
function filterCells(form, table) {
  const wanted = Object.entries(filtersOf(form)).filter(([, value]) => value !== '');
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) row.hidden = wanted.some(([name, value]) => row.dataset[name] !== value);
  say(form, rows.filter(({ hidden }) => !hidden).length, rows.length, 'rows');
}

/** @param {HTMLFormElement} form @param {number} shown @param {number} all @param {string} what */
function say(form, shown, all, what) {
  const output = form.querySelector('output');
  if (output) output.textContent = `${shown === all ? '' : `${shown} of `}${all} ${all === 1 ? what.slice(0, -1) : what}`;
}
