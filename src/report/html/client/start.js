/** @type {PageData | null} */
const pageData = JSON.parse(document.getElementById('data')?.textContent ?? 'null');
const outcomeStrip = document.getElementById('strip');
const showAttempts = pageData && outcomeStrip ? startAttempts(pageData, outcomeStrip) : null;

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-filters="cells"]'))) {
  const table = /** @type {HTMLTableElement | null} */ (document.getElementById('cells'));
  if (!table) continue;
  makeSortable(table);
  form.addEventListener('input', () => filterCells(form, table));
  form.addEventListener('submit', (event) => event.preventDefault());
  filterCells(form, table);
  table.addEventListener('click', (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest('button.pick')?.closest('tr');
    if (row) showAttempts?.({ intent: row.dataset.intent ?? '', persona: row.dataset.persona ?? '', condition: row.dataset.condition ?? '' });
  });
}
