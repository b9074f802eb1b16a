/** XML text to a tree of elements, with limits: what arrives here may come from anybody who can reach the socket. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { SaxesParser } from "saxes";

export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** All text directly inside the element, joined. */
  readonly text: string;
}

export interface XmlLimits {
  /** Longest document, in characters. */
  readonly maxLength: number;
  /** Deepest nesting of elements. */
  readonly maxDepth: number;
}

/** Strict: a document that is not well-formed, or has a document type, is a problem. */
export function parseXml(xml: string, limits: XmlLimits): Result<XmlElement, string> {
  if (xml.length > limits.maxLength) return fail(`it is longer than ${limits.maxLength} characters`);
  const builder = new TreeBuilder(limits.maxDepth);
  const parser = new SaxesParser();
  parser.on("error", (error) => builder.reject(error.message));
  parser.on("doctype", () => builder.reject("it has a document type"));
  parser.on("opentag", (tag) => builder.open(tag.name));
  parser.on("closetag", () => builder.close());
  parser.on("text", (text) => builder.append(text));
  parser.on("cdata", (text) => builder.append(text));
  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof Rejection) return fail(error.message);
    throw error;
  }
  return ok(builder.root());
}

/** Thrown out of the parser's callbacks to stop it at the first problem; never leaves this file. */
class Rejection extends Error {}

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

class TreeBuilder {
  readonly #document: OpenElement = { name: "", children: [], text: "" };
  readonly #path: OpenElement[] = [this.#document];
  readonly #maxDepth: number;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  reject(problem: string): never {
    throw new Rejection(problem);
  }

  open(name: string): void {
    if (this.#path.length > this.#maxDepth) this.reject(`it is nested deeper than ${this.#maxDepth} elements`);
    const element: OpenElement = { name, children: [], text: "" };
    this.#innermost().children.push(element);
    this.#path.push(element);
  }

  close(): void {
    this.#path.pop();
  }

  append(text: string): void {
    this.#innermost().text += text;
  }

  root(): XmlElement {
    return this.#document.children[0] ?? this.reject("it has no element");
  }

  #innermost(): OpenElement {
    return this.#path.at(-1) ?? this.#document;
  }
}
