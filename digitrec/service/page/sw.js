// Keeps the page for times without a server: whatever can be had anew is, the rest is from here.

const CACHE = "digitrec";
const PATIENCE = 2500; // milliseconds

const FILES = [
    "./", "access.js", "answer.js", "boxes.js", "camera.js", "client.js", "dom.js", "icon.png",
    "icon.svg", "ink.js", "judge.js", "keys.js", "local.js", "main.js", "manifest.webmanifest",
    "maps.js", "model.js", "normalize.js", "paper.js", "pictures.js", "pieces.js", "read.js",
    "stages.js", "strokes.js", "style.css", "vote.js", "words.js", "wrong.js",
]; // prettier-ignore

const HOME = new URL("./", location);
const OURS = new Set(FILES.map((file) => new URL(file, HOME).href));

addEventListener("install", (event) => {
    const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
    skipWaiting();
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    if (method === "GET" && OURS.has(url)) event.respondWith(answer(url));
});

async function answer(url) {
    const cache = await caches.open(CACHE);
    try {
        const patience = AbortSignal.timeout(PATIENCE);
        const found = await fetch(url, { cache: "no-cache", signal: patience });
        if (found.ok) await cache.put(url, found.clone());
        return found;
    } catch (error) {
        const kept = await cache.match(url);
        if (kept) return kept;
        throw error;
    }
}
