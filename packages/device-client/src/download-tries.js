/** What the tries of one download have come to, for whoever decides how long to go on. Times are in milliseconds. */
export class DownloadTries {
    /** Tries in a row that brought nothing new. */
    failed = 0;
    /** Most bytes that were ever here. */
    furthest = 0;
    /** A part from an earlier try has led to a wrong digest. */
    isDistrusted = false;
    #last = 0;
    #silentSince;
    #wrongSince;
    /** How long nothing new has arrived. */
    get silentMs() {
        return this.#last - (this.#silentSince ?? this.#last);
    }
    /** How long the server has been there, try after try, without anything new from it. */
    get wrongMs() {
        return this.#last - (this.#wrongSince ?? this.#last);
    }
    note({ at, hasBroughtMore, hasAnswered }) {
        this.#last = at;
        this.failed = hasBroughtMore ? 1 : this.failed + 1;
        this.#silentSince = hasBroughtMore ? at : (this.#silentSince ?? at);
        if (!hasAnswered)
            this.#wrongSince = undefined;
        else
            this.#wrongSince = hasBroughtMore ? at : (this.#wrongSince ?? at);
    }
}
//# sourceMappingURL=download-tries.js.map