/** Series are told apart by colour and by dash: colours of the style sheet, from `--series-0`. */
const dashes = [undefined, '7 3', '2 3', '9 3 2 3', '4 2'] as const;
const colours = 9;

export interface SeriesStyle {
  readonly colour: string;
  readonly dash?: string;
}

export function seriesStyle(index: number): SeriesStyle {
  const dash = dashes[index % dashes.length];
  return { colour: `--series-${index % colours}`, ...(dash === undefined ? {} : { dash }) };
}
