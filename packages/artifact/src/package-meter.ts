import { PackageError } from "@gateway-engine/core/errors";
import type { PackageLimits } from "./package-entry.ts";

/** Stops a package that is larger than anybody meant, before it fills memory or disk: throws E_PACKAGE_LIMIT. */
export class PackageMeter {
  readonly #name: string;
  readonly #limits: PackageLimits;
  #entries = 0;
  #packed = 0;
  #unpacked = 0;

  constructor(name: string, limits: PackageLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  get unpacked(): number {
    return this.#unpacked;
  }

  addPacked(bytes: number): void {
    this.#packed += bytes;
  }

  addUnpacked(bytes: number): void {
    this.#unpacked += bytes;
    const { unpackedBytes, compressionRatio } = this.#limits;
    if (this.#unpacked > unpackedBytes) this.#refuse(`it unpacks to more than ${unpackedBytes} bytes`);
    if (this.#unpacked > RATIO_FROM_BYTES && this.#unpacked > this.#packed * compressionRatio) {
      this.#refuse(`it unpacks to more than ${compressionRatio} times its size`);
    }
  }

  /** @param size bytes that the entry's header promises; they are refused before they come */
  addEntry(path: string, size: number): void {
    this.#entries += 1;
    const { entries, pathBytes, depth, unpackedBytes } = this.#limits;
    if (size > unpackedBytes) this.#refuse(`it unpacks to more than ${unpackedBytes} bytes`);
    if (this.#entries > entries) this.#refuse(`it has more than ${entries} entries`);
    if (Buffer.byteLength(path) > pathBytes) {
      this.#refuse(`the path "${path.slice(0, 60)}..." is longer than ${pathBytes} bytes`);
    }
    if (path.split("/").length > depth) this.#refuse(`"${path.slice(0, 60)}..." is more than ${depth} folders deep`);
  }

  #refuse(problem: string): never {
    throw new PackageError("E_PACKAGE_LIMIT", { name: this.#name, problem });
  }
}

const RATIO_FROM_BYTES = 16 * 1024 ** 2;
