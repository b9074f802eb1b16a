/** The content area of a product, in the management API of gwe-fleet. */
export interface ContentAnswer {
  readonly id: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal, of the whole item. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

export interface ContentsAnswer {
  readonly content: readonly ContentAnswer[];
  readonly next: string | null;
}
