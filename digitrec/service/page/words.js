// What a reading is in words; never by colour alone.

/** A sign and a word by status. */
export const STATUSES = {
    ok: { sign: "✓", word: "read" },
    uncertain: { sign: "?", word: "uncertain" },
    not_a_digit: { sign: "✕", word: "not a digit" },
    empty: { sign: "○", word: "empty" },
    error: { sign: "!", word: "not read" },
    reading: { sign: "…", word: "reading" },
};

/** A share of 1 as people read it, such as "99.8 %". */
export const percent = (share) => `${(100 * share).toFixed(share > 0.9995 ? 0 : 1)} %`;

/** One sentence that says it all, for the eye and for screen readers. */
export function sentence({ status, text, digits, error }) {
    const told = {
        ok: () => (digits.length === 1 ? "Read surely" : `${digits.length} digits, all read surely`),
        uncertain: () => `Uncertain: look again at ${unsure(digits)}`,
        not_a_digit: () => "Not a digit",
        empty: () => "Empty: there is no ink",
        error: () => error,
    }[status]();
    return { told, aloud: text ? `${text.replaceAll("\n", ", ")}. ${told}` : told };
}

function unsure(digits) {
    const names = digits
        .filter(({ status }) => status !== "ok")
        .map((one) => (one.status === "uncertain" ? `the ${one.digit}` : "what is no digit"));
    return [...new Set(names)].join(", ") || "it all";
}
