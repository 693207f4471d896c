/** A message that cannot be taken: what is wrong with it, in words. The only thing that a parser of this folder throws. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
}
