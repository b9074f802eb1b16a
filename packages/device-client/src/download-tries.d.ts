import type { MonotonicMs } from "@gateway-engine/core/clock";
/** How one try of a download ended that may go through later. */
export interface FailedTry {
    readonly at: MonotonicMs;
    /** Bytes arrived that were never here before. */
    readonly hasBroughtMore: boolean;
    /** The server was there, and what it said or sent was of no use. */
    readonly hasAnswered: boolean;
}
/** What the tries of one download have come to, for whoever decides how long to go on. Times are in milliseconds. */
export declare class DownloadTries {
    #private;
    /** Tries in a row that brought nothing new. */
    failed: number;
    /** Most bytes that were ever here. */
    furthest: number;
    /** A part from an earlier try has led to a wrong digest. */
    isDistrusted: boolean;
    /** How long nothing new has arrived. */
    get silentMs(): number;
    /** How long the server has been there, try after try, without anything new from it. */
    get wrongMs(): number;
    note({ at, hasBroughtMore, hasAnswered }: FailedTry): void;
}
