/** How a timeline is drawn. @typedef {{ asLevel: boolean, zoomed: boolean, widthPx: number, withinMs: number[] }} View */
/** Something that happened. @typedef {{ at: number, name: string, css: string }} Mark */

const laneHeight = 74;
const depthHeight = 34;
const laneGap = 8;
const rowHeight = 15;
/** What the zoom shows around the onset, ms. */
const zoomMs = { before: 120, after: 480 };

/** What the lines of a timeline are for. @param {Attempt} attempt @param {Line} line @returns {Mark[]} */
function marksOf(attempt, line) {
  const marks = line.onset ? [{ at: 0, name: 'onset', css: 'onset' }] : [];
  if (line.end !== null) marks.push({ at: line.end, name: 'user ends', css: 'user' });
  const names = /** @type {Record<string, string>} */ ({ 'vad-start': 'VAD', cancel: 'cancel', resume: 'agent resumes', 'response-end': 'response ends' });
  for (const [kind, at] of line.events) if (names[kind] && at >= 0) marks.push({ at, name: names[kind], css: kind === 'vad-start' ? 'vad' : 'cancel' });
  for (const at of line.flushes) marks.push({ at, name: 'flush', css: 'flush' });
  if (attempt.wire !== null) marks.push({ at: attempt.wire, name: 'wire stop', css: 'wire' });
  if (attempt.stop !== null) marks.push({ at: attempt.stop, name: 'heard stop', css: 'stop' });
  if (attempt.stop !== null && attempt.again !== null) marks.push({ at: (attempt.stopLo ?? attempt.stop) + attempt.again, name: 'audible again', css: 'again' });
  return marks.sort((a, b) => a.at - b.at);
}

/**
 * The timeline of an attempt as SVG, and how to show where a player is.
 * @param {Attempt} attempt @param {Line} line @param {View} view @returns {{ svg: SVGElement, playhead: (ms: number | null) => void }}
 */
function drawTimeline(attempt, line, { asLevel, zoomed, widthPx, withinMs }) {
  const left = 74;
  const right = widthPx - 12;
  const [from, to] = zoomed ? [-zoomMs.before, zoomMs.after] : [line.from, line.to];
  const x = (/** @type {number} */ ms) => left + ((ms - from) / (to - from)) * (right - left);
  const inside = (/** @type {number} */ ms) => ms >= from && ms <= to;
  const marks = marksOf(attempt, line).filter(({ at }) => inside(at));
  const rows = labelRows(marks, x, right);
  const top = 6 + rowHeight * (Math.max(0, ...rows.map(({ row }) => row)) + 1);
  const agentTop = top + laneHeight + laneGap;
  const depthTop = agentTop + laneHeight + laneGap;
  const bottom = depthTop + depthHeight;
  const height = bottom + 34;
  const envelopes = { caller: envelopeOf(line.caller, asLevel), agent: envelopeOf(line.agent, asLevel) };
  const peak = asLevel ? 1 : peakOf([envelopes.caller, envelopes.agent]);
  const svg = shape('svg', { viewBox: `0 0 ${widthPx} ${height}`, width: widthPx, height, role: 'img', 'aria-label': describeTimeline(attempt, marks) });
  for (const [name, laneTop, size] of /** @type {[string, number, number][]} */ ([['caller', top, laneHeight], ['agent, as heard', agentTop, laneHeight], ['buffer', depthTop, depthHeight]])) {
    svg.append(shape('rect', { class: 'lane', x: left, y: laneTop, width: right - left, height: size }), ...laneName(name, laneTop, size));
  }
  svg.append(shape('text', { class: 'axis', x: left - 6, y: depthTop + depthHeight, 'text-anchor': 'end' }, `max ${Math.round(line.deepest)} ms`));
  if (attempt.stop !== null && attempt.stopLo !== null && attempt.stop - attempt.stopLo > 0.05) {
    const [a, b] = [Math.max(from, attempt.stopLo), Math.min(to, attempt.stop)];
    if (b > a) svg.append(shape('rect', { class: 'between', x: x(a), y: agentTop, width: x(b) - x(a), height: laneHeight }));
  }
  svg.append(...waveform(envelopes.caller, line, { x, from, to, middle: top + laneHeight / 2, peak, css: 'caller' }), ...waveform(envelopes.agent, line, { x, from, to, middle: agentTop + laneHeight / 2, peak, css: 'agent' }));
  if (line.audible !== null) svg.append(...audibleLines(line.audible, asLevel, peak, agentTop, left, right));
  svg.append(...depthArea(line, { x, from, to }, depthTop));
  svg.append(...timeAxis({ x, from, to }, top, bottom));
  if (line.onset) for (const limit of withinMs.filter(inside)) svg.append(shape('line', { class: 'limit', x1: x(limit), x2: x(limit), y1: agentTop, y2: agentTop + laneHeight }, shape('title', {}, `limit ${limit} ms`)));
  for (const { mark, row, anchor } of rows) {
    const at = x(mark.at);
    const y = 12 + rowHeight * row;
    svg.append(shape('line', { class: `mark ${mark.css}`, x1: at, x2: at, y1: y - 8, y2: bottom }), shape('text', { class: `label ${mark.css}`, x: at + (anchor === 'end' ? -4 : 4), y, 'text-anchor': anchor }, labelOf(mark)));
  }
  const head = shape('line', { class: 'playhead', y1: top, y2: bottom, visibility: 'hidden' });
  svg.append(head);
  const playhead = (/** @type {number | null} */ ms) => {
    const shown = ms !== null && inside(ms);
    head.setAttribute('visibility', shown ? 'visible' : 'hidden');
    if (shown) for (const end of ['x1', 'x2']) head.setAttribute(end, String(x(ms)));
  };
  return { svg, playhead };
}

/** @param {Mark} mark */
function labelOf({ name, at }) {
  return at === 0 ? name : `${name} ${at.toFixed(1)}`;
}

/** @param {string} name @param {number} top @param {number} size */
function laneName(name, top, size) {
  const [first, second] = name.split(', ');
  const y = top + Math.min(size / 2 + 4, 26);
  const text = shape('text', { class: 'lane-name', x: 0, y }, first);
  return second === undefined ? [text] : [text, shape('text', { class: 'axis', x: 0, y: y + 13 }, second)];
}

/** Labels in as few rows as it takes that none lies over another. @param {Mark[]} marks @param {(ms: number) => number} x @param {number} right */
function labelRows(marks, x, right) {
  /** @type {number[]} */
  const ends = [];
  return marks.map((mark) => {
    const width = 6.3 * labelOf(mark).length + 8;
    const anchor = x(mark.at) + width > right ? 'end' : 'start';
    const begin = anchor === 'end' ? x(mark.at) - width : x(mark.at);
    let row = ends.findIndex((end) => end < begin);
    if (row < 0) row = ends.length;
    ends[row] = begin + width;
    return { mark, row, anchor };
  });
}

/** @typedef {{ x: (ms: number) => number, from: number, to: number }} Scale */

/** @param {[number, number][]} envelope @param {Line} line @param {Scale & { middle: number, peak: number, css: string }} place */
function waveform(envelope, line, { x, from, to, middle, peak, css }) {
  if (envelope.length === 0) return [shape('line', { class: `wave ${css}`, x1: x(Math.max(from, line.from)), x2: x(Math.min(to, line.to)), y1: middle, y2: middle })];
  const column = (line.to - line.from) / envelope.length;
  const size = (laneHeight / 2 - 3) / peak;
  const shown = envelope.map(([low, high], i) => ({ at: line.from + column * i, low: middle - low * size, high: middle - high * size })).filter(({ at }) => at + column > from && at < to);
  const clamped = (/** @type {number} */ ms) => x(Math.max(from, Math.min(to, ms))).toFixed(1);
  const upper = shown.map(({ at, high }) => `${clamped(at)},${high.toFixed(1)} ${clamped(at + column)},${high.toFixed(1)}`);
  const lower = shown.map(({ at, low }) => `${clamped(at + column)},${low.toFixed(1)} ${clamped(at)},${low.toFixed(1)}`).reverse();
  return [shape('polygon', { class: `wave ${css}`, points: [...upper, ...lower].join(' ') })];
}

/**
 * Where the agent counts as audible: the level is of 10 ms, the waveform shows peaks. Unless drawn as a level it mostly lies on the middle
 * line: the arrows beside the lane point at it.
 * @param {number} dbfs @param {boolean} asLevel @param {number} peak @param {number} top @param {number} left @param {number} right
 */
function audibleLines(dbfs, asLevel, peak, top, left, right) {
  const height = asLevel ? Math.max(0, 1 + dbfs / envelopeDb) : 10 ** (dbfs / 20) / peak;
  const y = (/** @type {number} */ sign) => top + laneHeight / 2 + sign * height * (laneHeight / 2 - 3);
  const text = `audible above ${dbfs.toFixed(1)} dBFS`;
  const title = asLevel ? text : `${text}: ${(100 * height).toFixed(1)} % of the highest peak`;
  const lines = [-1, 1].flatMap((sign) => [
    shape('line', { class: 'audible', x1: left, x2: right, y1: y(sign), y2: y(sign) }, shape('title', {}, title)),
    shape('polygon', { class: 'audible', points: `${right + 1},${y(sign)} ${right + 8},${y(sign) - 4} ${right + 8},${y(sign) + 4}` }),
  ]);
  return [...lines, shape('text', { class: 'audible', x: right - 6, y: top + 12, 'text-anchor': 'end' }, text)];
}

/** @param {Line} line @param {Scale} scale @param {number} top */
function depthArea(line, { x, from, to }, top) {
  const depths = bytesOf(line.depth);
  if (depths.length === 0) return [];
  const points = [...depths].map((byte, i) => [line.from + ((line.to - line.from) * i) / (depths.length - 1), top + depthHeight * (1 - byte / 255)]).filter(([at]) => at >= from && at <= to);
  if (points.length === 0) return [];
  const outline = points.map(([at, y]) => `${x(at).toFixed(1)},${y.toFixed(1)}`);
  return [shape('polygon', { class: 'depth', points: [`${x(points[0][0])},${top + depthHeight}`, ...outline, `${x(points[points.length - 1][0])},${top + depthHeight}`].join(' ') })];
}

/** @param {Scale} scale @param {number} top @param {number} bottom */
function timeAxis({ x, from, to }, top, bottom) {
  const room = (x(to) - x(from)) / 60;
  const step = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((ms) => (to - from) / ms <= room) ?? 5000;
  const parts = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    parts.push(shape('line', { class: 'tick', x1: x(at), x2: x(at), y1: top, y2: bottom + 4 }), shape('text', { class: 'axis', x: x(at), y: bottom + 16, 'text-anchor': 'middle' }, String(at)));
  }
  return [...parts, shape('text', { class: 'axis', x: x(to), y: bottom + 30, 'text-anchor': 'end' }, 'ms from the onset')];
}

/** @param {Attempt} attempt @param {Mark[]} marks */
function describeTimeline({ id }, marks) {
  return `Timeline of ${id}: ${marks.map(({ name, at }) => (at === 0 ? name : `${name} at ${at.toFixed(1)} ms`)).join(', ')}`;
}
