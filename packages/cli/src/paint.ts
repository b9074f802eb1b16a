/** Colours on a terminal that shows them; elsewhere the text as it is. */
export type Paint = (colour: Colour, text: string) => string;

export type Colour = keyof typeof CODES;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** @see https://no-color.org */
export function paintFor(
  { colours = false }: { readonly colours?: boolean },
  environment: Readonly<Record<string, string>>,
): Paint {
  const plain = !colours || (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return plain ? (_colour, text) => text : (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}
