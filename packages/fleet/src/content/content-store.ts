import type { Page, PageRequest } from "../page.ts";

/** An item in the content area of a product. */
export interface ContentItem {
  readonly product: string;
  /** A file name. */
  readonly id: string;
  /** The Content-Type it was uploaded with. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** What is in the content areas; the bytes are in a BlobStore, under their digest. */
export interface ContentStore {
  get(product: string, id: string): Promise<ContentItem | undefined>;
  /** By id. */
  list(product: string, page: PageRequest): Promise<Page<ContentItem>>;
  /** Adds the item, or replaces the one with this id. */
  put(item: ContentItem): Promise<void>;
  /** @returns false when there is none */
  remove(product: string, id: string): Promise<boolean>;
  removeProduct(product: string): Promise<void>;
  /** Whether no product has any item. */
  isEmpty(): Promise<boolean>;
  /** Whether some item of some product has these bytes. */
  isReferenced(sha256: string): Promise<boolean>;
}
