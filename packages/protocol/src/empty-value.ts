/** In a gateway's configuration files an empty value is written as two single quotes, as the original does. */
export const EMPTY_VALUE = "''";

/** The value that an option's text stands for. */
export function readValue(text: string): string {
  return text === EMPTY_VALUE ? "" : text;
}

/** The text that stands for a value. */
export function writeValue(value: string): string {
  return value === "" ? EMPTY_VALUE : value;
}
