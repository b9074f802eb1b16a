import type { Clock } from "@gateway-engine/core/clock";
import { StorageError, UsageError } from "@gateway-engine/core/errors";
import type { FilePart } from "@gateway-engine/core/files";
import type { DeviceKey } from "../devices/device.ts";
import type { EventFactory } from "../events/event-factory.ts";
import { noProduct } from "../not-found.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Database } from "../stores.ts";
import type { BlobStore } from "./blob-store.ts";
import type { ContentItem } from "./content-store.ts";

export interface ContentServiceDeps {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly events: EventFactory;
  readonly clock: Pick<Clock, "now">;
  /** Largest item, in bytes. */
  readonly sizeLimit: number;
}

/** The files that a product offers its devices. */
export class ContentService {
  readonly #deps: ContentServiceDeps;
  /** Keeping and removing of blobs takes turns, so that none is removed while it becomes referenced. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ContentServiceDeps) {
    this.#deps = deps;
  }

  /** Adds or replaces an item; it is on disk when this returns. @throws UsageError E_NOT_FOUND, E_TOO_LARGE */
  async upload(
    target: Pick<ContentItem, "product" | "id" | "type">,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<ContentItem> {
    const { blobs, clock, database, sizeLimit } = this.#deps;
    await this.#requireProduct(target.product);
    const received = await blobs.receive(bytes, sizeLimit);
    return this.#takeTurn(async () => {
      const replaced = await database.stores.content.get(target.product, target.id);
      const { sha256, size } = received;
      const item: ContentItem = { ...target, sha256, size, updatedAt: clock.now() };
      await received.keep();
      await database.write(async ({ products, content }) => {
        if ((await products.get(item.product)) === undefined) throw noProduct(item.product);
        await content.put(item);
      });
      if (replaced !== undefined) await this.#removeUnreferenced(replaced.sha256);
      return item;
    });
  }

  /** @throws UsageError E_NOT_FOUND without the product */
  async list(product: string, page: PageRequest): Promise<Page<ContentItem>> {
    await this.#requireProduct(product);
    return this.#deps.database.stores.content.list(product, page);
  }

  find(product: string, id: string): Promise<ContentItem | undefined> {
    return this.#deps.database.stores.content.get(product, id);
  }

  /** @throws UsageError E_NOT_FOUND */
  async get(product: string, id: string): Promise<ContentItem> {
    const item = await this.find(product, id);
    if (item === undefined) throw noContent(product, id);
    return item;
  }

  /** @throws StorageError E_FILE_READ when the bytes are gone from the disk */
  async open(item: ContentItem, part?: FilePart): Promise<AsyncIterable<Uint8Array>> {
    if (!(await this.#deps.blobs.has(item.sha256))) {
      throw new StorageError("E_FILE_READ", { file: `content ${item.id}`, reason: "its bytes are missing" });
    }
    return this.#deps.blobs.read(item.sha256, part);
  }

  /** A device has been sent the end of an item, or hung up before it. */
  async noteDownload(device: DeviceKey, content: string, complete: boolean): Promise<void> {
    const event = this.#deps.events.make("content-downloaded", { content, complete });
    await this.#deps.database.write(({ events }) => events.append(device, event));
  }

  /** @throws UsageError E_NOT_FOUND */
  async remove(product: string, id: string): Promise<void> {
    await this.#takeTurn(async () => {
      const item = await this.get(product, id);
      await this.#deps.database.write(({ content }) => content.remove(product, id));
      await this.#removeUnreferenced(item.sha256);
    });
  }

  /** Removes blobs that no item refers to: what a removed product leaves behind, or a crash. */
  async sweep(): Promise<void> {
    await this.#takeTurn(async () => {
      for await (const sha256 of this.#deps.blobs.list()) await this.#removeUnreferenced(sha256);
    });
  }

  async #requireProduct(id: string): Promise<void> {
    if ((await this.#deps.database.stores.products.get(id)) === undefined) throw noProduct(id);
  }

  async #removeUnreferenced(sha256: string): Promise<void> {
    const { blobs, database } = this.#deps;
    if (!(await database.stores.content.isReferenced(sha256))) await blobs.remove(sha256);
  }

  #takeTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

function noContent(product: string, id: string): UsageError {
  return new UsageError("E_NOT_FOUND", { what: `content ${id} in product ${product}` });
}
