/** Makes gzip'd copies of files, in the background and piece by piece, however large they are. */
export interface FileCompressor {
  /**
   * Rejects when a file cannot be read or written, and when the signal aborts; `to` is removed then.
   *
   * @param whole called once the copy is on disk, with the `SyncFiles.identity` of the file that was read. That file
   * is kept open until then, so no other one has this identity, whatever it is called meanwhile.
   */
  compress(copy: FileCopy, whole: (identity: number) => void): Promise<void>;
}

export interface FileCopy {
  readonly from: string;
  /** Replaced where it exists. Gets the rights, the owner and the time of `from`. */
  readonly to: string;
  readonly signal: AbortSignal;
}
