/** Characters by which a name looks like another one than it is, or does something to the terminal that shows it. */

/** C0 and C1. */
const CONTROL = /\p{Cc}/u;

/** Marks that turn the direction of what follows, so that `egg<RLO>gnp.exe` is shown as `eggexe.png`. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Format characters, halves of pairs and private use: nothing that a person could see or type. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}]/u;

export function holdsControl(text: string): boolean {
  return CONTROL.test(text);
}

export function changesDirection(text: string): boolean {
  return DIRECTION.test(text);
}

export function holdsInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/** The one way of writing a text that can be written in several, such as an e with an accent. */
export function canonical(text: string): string {
  return text.normalize("NFC");
}

/** In quotes, at most 120 characters of it, with everything that is not seen as it is written as an escape. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 120)).replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
