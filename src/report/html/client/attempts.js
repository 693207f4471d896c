/** @param {PageData} data @param {HTMLElement} strip */
function startAttempts({ attempts, kinds, withinMs }, strip) {
  const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const list = /** @type {HTMLTableElement} */ (find('list'));
  const form = /** @type {HTMLFormElement} */ (document.querySelector('form[data-filters="list"]'));
  const cells = /** @type {HTMLElement[]} */ ([...strip.children]);
  const rows = attempts.map((attempt, i) => listRow(attempt, i, kinds));
  list.tBodies[0].append(...rows);
  const view = { asLevel: false, zoomed: false };
  let current = -1;
  /** Who waits for the end of a player. @type {{ playhead: (ms: number | null) => void }} */
  let drawing = { playhead: () => {} };

  /** Attempts that the filters let through, in the order of the list. */
  const shown = () => [...list.tBodies[0].rows].filter((row) => !row.hidden).map((row) => Number(row.dataset.index));

  /** @param {number} index @param {{ focus?: boolean }} how */
  function pick(index, { focus = false } = {}) {
    const attempt = attempts[index];
    if (!attempt) return;
    cells[current]?.setAttribute('aria-selected', 'false');
    rows[current]?.removeAttribute('aria-current');
    current = index;
    cells[index].setAttribute('aria-selected', 'true');
    rows[index].setAttribute('aria-current', 'true');
    strip.setAttribute('aria-activedescendant', cells[index].id);
    scrollWithin(strip, cells[index]);
    scrollWithin(/** @type {HTMLElement} */ (list.parentElement), rows[index]);
    const order = shown();
    const outcome = kinds[attempt.kind].name;
    find('attempt-title').replaceChildren(attempt.id, ' ', element('small', { class: `kind ${kinds[attempt.kind].css}` }, outcome));
    find('attempt-status').classList.add('hidden');
    find('attempt-status').textContent = `Attempt ${attempt.id}, ${outcome}, ${attempt.stop === null ? 'no stop' : `stop after ${msText(attempt.stop)}`}, ${order.indexOf(index) + 1} of ${order.length}`;
    find('player').replaceChildren(...playerOf(attempt));
    find('facts').replaceChildren(...factsOf(attempt));
    draw();
    if (focus) find('attempt-title').focus({ preventScroll: true });
  }

  function draw() {
    const place = find('timeline');
    const attempt = attempts[current];
    if (!attempt) return;
    if (attempt.line === null) {
      place.replaceChildren(element('p', { class: 'note' }, 'There is no recording of this attempt to draw.'));
      drawing = { playhead: () => {} };
      return;
    }
    const { svg, playhead } = drawTimeline(attempt, attempt.line, { ...view, zoomed: view.zoomed && attempt.line.onset === 1, widthPx: Math.max(320, place.clientWidth), withinMs });
    drawing = { playhead };
    const lines = [`dashed: the limits ${withinMs.join(', ')} ms`, ...(attempt.line.audible === null ? [] : [`dotted, at the arrows on the right: audible above ${attempt.line.audible.toFixed(1)} dBFS${view.asLevel ? '' : ', near the middle unless in dB'}`])];
    place.replaceChildren(viewButtons(), svg, element('p', { class: 'note' }, `${lines.join('; ')}. Both sides on one scale.`));
  }

  function viewButtons() {
    const toggle = (/** @type {'asLevel' | 'zoomed'} */ name, /** @type {string} */ text) => {
      const button = element('button', { type: 'button', 'aria-pressed': String(view[name]), 'data-view': name }, text);
      button.addEventListener('click', () => {
        view[name] = !view[name];
        draw();
        /** @type {HTMLElement | null} */ (find('timeline').querySelector(`[data-view="${name}"]`))?.focus();
      });
      return button;
    };
    return element('div', { class: 'buttons' }, toggle('zoomed', 'around the onset'), toggle('asLevel', 'in dB'));
  }

  /** @param {Attempt} attempt */
  function playerOf({ id, line }) {
    if (!line) return [element('p', { class: 'note' }, 'No audio of this attempt was kept: ', element('code', {}, '--keep-audio all'), ' keeps every one.')];
    const link = line.file ? [element('a', { href: line.file }, `${line.file} (the whole call)`)] : [];
    // What is put in begins where the picture does; a file begins with the call.
    if (line.audio) return [audioOf(id, `data:audio/wav;base64,${line.audio}`, line.from), ...link];
    return line.file ? [audioOf(id, line.file, line.from - line.start), ...link] : unkept(id, line.from - line.start);
  }

  /** A player whose place the picture follows. @param {string} id @param {string} source @param {number} offset what its beginning is on the time line, ms */
  function audioOf(id, source, offset) {
    const audio = /** @type {HTMLAudioElement} */ (element('audio', { controls: '', preload: 'none', src: source, 'aria-label': `Attempt ${id}: the caller left, the agent right` }));
    const follow = () => drawing.playhead(audio.paused && audio.currentTime === 0 ? null : 1000 * audio.currentTime + offset);
    audio.addEventListener('timeupdate', follow);
    audio.addEventListener('play', () => {
      const step = () => {
        if (audio.paused || !audio.isConnected) return;
        follow();
        requestAnimationFrame(step);
      };
      step();
    });
    return audio;
  }

  /** How to get audio that was not there when the page was made. The page cannot see whether it is now: that shows once somebody wants to hear it. @param {string} id @param {number} offset */
  function unkept(id, offset) {
    const file = `audio/${id}.wav`;
    const note = element('p', { class: 'note' }, 'The run kept no audio of this attempt. ', element('code', {}, 'bargein measure FOLDER --keep-audio all'), `, with the folder of this page, renders ${file} from the recordings.`);
    const button = element('button', { type: 'button' }, 'play what was rendered');
    button.addEventListener('click', () => {
      const audio = audioOf(id, file, offset);
      audio.addEventListener('error', () => {
        if (!audio.isConnected) return;
        note.prepend(`${file} is not there. `);
        note.classList.add('warn');
        audio.replaceWith(note);
        button.remove();
      });
      find('player').replaceChildren(audio);
      audio.focus();
      // What is wrong is told by the event.
      audio.play().catch(() => {});
    });
    return [note, button];
  }

  /** @param {number} by @param {boolean} onlyMisses */
  function step(by, onlyMisses) {
    // From the place of the current one, which the filters may have hidden.
    const order = [...list.tBodies[0].rows];
    if (by < 0) order.reverse();
    const beyond = order.slice(order.findIndex((row) => row === rows[current]) + 1);
    const next = beyond.find((row) => !row.hidden && (!onlyMisses || attempts[Number(row.dataset.index)].miss === 1));
    if (next) return pick(Number(next.dataset.index));
    const status = find('attempt-status');
    status.textContent = `${onlyMisses ? 'No further miss' : 'No further attempt'} ${by > 0 ? 'below' : 'above'}`;
    status.classList.remove('hidden');
  }

  function filter() {
    const { kind = '', text = '', ...fields } = filtersOf(form);
    const wanted = text.trim().toLowerCase();
    for (const [i, attempt] of attempts.entries()) {
      const named = [attempt.id, attempt.user ?? '', attempt.agent].some((name) => name.toLowerCase().includes(wanted));
      const same = Object.entries(fields).every(([name, value]) => value === '' || attempt[/** @type {'intent' | 'persona' | 'condition'} */ (name)] === value);
      const fits = named && same && (kind === '' || attempt.kind === kind || (kind === 'miss' && attempt.miss === 1));
      rows[i].hidden = !fits;
      cells[i].classList.toggle('out', !fits);
    }
    say(form, rows.filter(({ hidden }) => !hidden).length, rows.length, 'attempts');
  }

  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  // The fields are cleared after the event.
  form.addEventListener('reset', () => requestAnimationFrame(filter));
  makeSortable(list);
  strip.addEventListener('click', (event) => pick(cells.indexOf(/** @type {HTMLElement} */ (event.target))));
  list.tBodies[0].addEventListener('click', (event) => pick(Number(/** @type {HTMLElement} */ (event.target).closest('tr')?.dataset.index ?? -1)));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-step], [data-miss]'))) {
    button.addEventListener('click', () => step(Number(button.dataset.step ?? button.dataset.miss), button.dataset.miss !== undefined));
  }
  document.addEventListener('keydown', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, audio')) return;
    const arrows = target === strip ? /** @type {Record<string, () => void>} */ ({ ArrowRight: () => step(1, false), ArrowDown: () => step(1, false), ArrowLeft: () => step(-1, false), ArrowUp: () => step(-1, false), Home: () => pick(shown()[0] ?? -1), End: () => pick(shown().at(-1) ?? -1) }) : {};
    const act = /** @type {Record<string, (() => void) | undefined>} */ ({ j: () => step(1, false), k: () => step(-1, false), n: () => step(1, true), p: () => step(-1, true), ...arrows })[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    // Whoever pressed it at the top of the page sees what it did.
    strip.scrollIntoView({ block: 'nearest' });
    find('timeline').scrollIntoView({ block: 'nearest' });
  });
  addEventListener('resize', draw);
  filter();
  const firstMiss = attempts.findIndex(({ miss }) => miss === 1);
  pick(Math.max(0, firstMiss));

  /** Picks what a row of the table of cells stands for. */
  return (/** @type {Record<string, string>} */ wanted) => {
    form.reset();
    for (const [name, value] of Object.entries(wanted)) /** @type {HTMLSelectElement} */ (form.elements.namedItem(name)).value = value;
    filter();
    pick(shown()[0] ?? -1, { focus: true });
    find('attempts').scrollIntoView();
  };
}

/** Scrolls a box, not the page, until a child is seen. @param {HTMLElement} box @param {HTMLElement} child */
function scrollWithin(box, child) {
  const [outer, inner] = [box.getBoundingClientRect(), child.getBoundingClientRect()];
  if (inner.top < outer.top + 40) box.scrollTop += inner.top - outer.top - 40;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 8;
}

/** @param {Attempt} attempt @param {number} index @param {PageData['kinds']} kinds */
function listRow(attempt, index, kinds) {
  const number = (/** @type {number | null} */ value) => element('td', { class: 'n', 'data-sort': String(value ?? 1e9) }, value === null ? '–' : value.toFixed(1));
  const text = (/** @type {string | null} */ value) => element('td', {}, value ?? '–');
  const { css, letter, name } = kinds[attempt.kind];
  const outcome = element('td', { class: 'w' }, element('i', { class: `cell ${css}`, 'aria-hidden': 'true' }, letter), ` ${name}`);
  const row = element('tr', { 'data-index': String(index) }, element('th', { scope: 'row' }, element('button', { type: 'button', tabindex: '-1' }, attempt.id)), outcome);
  row.append(number(attempt.stop), text(attempt.intent), text(attempt.persona), text(attempt.condition), text(attempt.user), text(attempt.agent), number(attempt.offset));
  return /** @type {HTMLTableRowElement} */ (row);
}

/** @param {Attempt} attempt */
function factsOf(attempt) {
  const between = attempt.stop !== null && attempt.stopLo !== null && attempt.stop - attempt.stopLo > 0.05;
  /** @type {[string, string | null][]} */
  const facts = [
    ['why', attempt.why],
    ['heard stop', attempt.stop === null ? (attempt.observed === null ? null : `none in ${msText(attempt.observed)}`) : between ? `${msText(attempt.stopLo)} to ${msText(attempt.stop)}, in a pause` : msText(attempt.stop)],
    ["agent's VAD", attempt.detect === null ? null : msText(attempt.detect)],
    ["agent's cancel", attempt.cancel === null ? null : msText(attempt.cancel)],
    ['wire stop', attempt.wire === null ? null : msText(attempt.wire)],
    ['audible again after', attempt.again === null ? null : msText(attempt.again)],
    ['response after', attempt.reply === null ? null : `${msText(attempt.reply)} from the user's end`],
    ['buffer at the onset', attempt.depth === null ? null : msText(attempt.depth)],
    ['underruns', attempt.underruns === null || attempt.underruns === 0 ? null : String(attempt.underruns)],
    ['sent late by', attempt.late ? msText(attempt.late) : null],
    ['intent', `${attempt.intent}, ${attempt.persona}, ${attempt.condition}`],
    ['user clip', attempt.user],
    ['agent clip', attempt.agent],
    ['offset', msText(attempt.offset)],
    ['judged by', attempt.detector],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [element('div', {}, element('dt', {}, name), element('dd', {}, value))]));
}
