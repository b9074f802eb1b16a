/** Reading from named pipes, and writing into them. */
import * as fs from "node:fs";
import { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { OpenPipe, PipeReader } from "@gateway-engine/core/children";
import { StorageError } from "@gateway-engine/core/errors";
import { errnoCode, errnoReason } from "./errno.ts";

/**
 * Reads a pipe as its bytes come.
 *
 * @param buffer may be shared by all pipes: `reader.data` is done with it when it returns
 */
export function readFifo(path: string, reader: PipeReader, buffer: Uint8Array): OpenPipe {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  const socket = new Socket({
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback: (size) => {
        reader.data(buffer.subarray(0, size));
        return true;
      },
    },
  });
  let open = true;
  const end = () => {
    if (!open) return;
    open = false;
    socket.destroy();
    reader.end();
  };
  socket.on("end", end).on("error", end).resume();
  return {
    drain: () => {
      if (open) drain(fd, buffer, reader);
    },
    close: () => {
      open = false;
      socket.destroy();
    },
  };
}

/** @returns false when nobody has the pipe open for reading */
export async function writeFifo(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
  let fd: number;
  try {
    fd = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (errnoCode(error) === "ENXIO" || errnoCode(error) === "ENOENT") return false;
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(error) }, { cause: error });
  }
  try {
    for (let at = 0; at < bytes.length; ) {
      const written = writeSome(fd, bytes, at);
      at += written;
      if (written === 0) await wait(FULL_PIPE_MS, undefined, { signal });
    }
    return true;
  } catch (error) {
    if (errnoCode(error) === "EPIPE") return false;
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** Takes out what nobody has read. */
export function emptyFifo(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    drain(fd, Buffer.allocUnsafe(4096), { data: () => {}, end: () => {} });
  } finally {
    fs.closeSync(fd);
  }
}

function writeSome(fd: number, bytes: Uint8Array, at: number): number {
  try {
    return fs.writeSync(fd, bytes, at);
  } catch (error) {
    if (errnoCode(error) === "EAGAIN") return 0;
    throw error;
  }
}

/** A pipe that is written to without end is left after as much as a pipe can hold. */
function drain(fd: number, buffer: Uint8Array, reader: PipeReader): void {
  for (let total = 0; total < PIPE_CAPACITY; ) {
    let size: number;
    try {
      size = fs.readSync(fd, buffer);
    } catch {
      return;
    }
    if (size === 0) return;
    total += size;
    reader.data(buffer.subarray(0, size));
  }
}

/** What the kernel holds for one pipe, in bytes. */
export const PIPE_CAPACITY: number = 64 * 1024;
const FULL_PIPE_MS = 20;
