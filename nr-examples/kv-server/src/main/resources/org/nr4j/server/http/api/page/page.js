"use strict";

// The page of the server. All text of keys and values gets into the document by textContent only.

const PAGE = 50;
const HISTORY = 120;
const $ = (id) => document.getElementById(id);

// ---- bytes and texts ----

/** Returns the bytes that a base64 text stands for. */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** Returns bytes as text: UTF-8, and \xNN for what is not, or cannot be seen. A backslash is doubled. */
function show(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const length = bytes[i] < 0x80 ? 1 : bytes[i] >= 0xf0 ? 4 : bytes[i] >= 0xe0 ? 3 : 2;
    const part = bytes.slice(i, i + length);
    let decoded = null;
    try {
      decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
    } catch (e) {
      decoded = null;
    }
    if (decoded === null || part.length < length || /^[\p{Cc}\p{Cf}]$/u.test(decoded) && !/^[\n\t]$/.test(decoded)) {
      text += "\\x" + bytes[i].toString(16).padStart(2, "0");
      i++;
    } else {
      text += decoded === "\\" ? "\\\\" : decoded;
      i += length;
    }
  }
  return text;
}

/** Returns the bytes of a text in the form of show. */
function parse(text) {
  const bytes = [];
  const encoder = new TextEncoder();
  for (const [part] of text.matchAll(/\\x[0-9a-fA-F]{2}|\\\\|[^]/gu)) {
    if (part.length === 4 && part.startsWith("\\x")) {
      bytes.push(parseInt(part.slice(2), 16));
    } else {
      bytes.push(...encoder.encode(part === "\\\\" ? "\\" : part));
    }
  }
  return Uint8Array.from(bytes);
}

/** Returns bytes as a part of an address. */
function escaped(bytes) {
  return Array.from(bytes, (b) => "%" + b.toString(16).padStart(2, "0")).join("");
}

function count(number) {
  return number.toLocaleString("en").replaceAll(",", "\u2009");
}

function bytesText(number) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (number >= 1000 && unit < units.length - 1) {
    number /= 1000;
    unit++;
  }
  return (unit === 0 || number >= 100 ? Math.round(number) : number.toFixed(1)) + " " + units[unit];
}

function seconds(number) {
  if (number < 120) {
    return number.toFixed(number < 10 ? 1 : 0) + " s";
  }
  const minutes = Math.floor(number / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  return days > 1 ? days + " days" : hours > 1 ? hours + " h " + minutes % 60 + " min" : minutes + " min";
}

function element(name, text, className) {
  const created = document.createElement(name);
  created.textContent = text;
  if (className) {
    created.className = className;
  }
  return created;
}

// ---- requests ----

class Failure extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function request(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", headers: { Accept: "application/json" }, ...options });
  if (!response.ok) {
    const text = await response.text();
    let message = text;
    try {
      message = JSON.parse(text).error;
    } catch (e) {
      // It is plain text.
    }
    throw new Failure(response.status, message);
  }
  return response;
}

const json = async (path) => (await request(path)).json();

function tell(text, good) {
  $("message").textContent = text;
  $("message").className = good ? "good" : "bad";
}

// ---- live figures ----

const histories = new Map();
let before = null;

function chart(id, number) {
  const history = histories.get(id) ?? [];
  history.push(number);
  if (history.length > HISTORY) {
    history.shift();
  }
  histories.set(id, history);
  const most = Math.max(...history, 1e-9);
  const points = history.map((value, i) => {
    const x = 120 - (history.length - 1 - i) * 120 / (HISTORY - 1);
    return x.toFixed(2) + " " + (30 - 27 * value / most).toFixed(2);
  });
  const first = points[0].split(" ")[0];
  const svg = $(id).querySelector("svg");
  const paths = ["area", "line"].map((kind) => {
    const path = svg.querySelector("." + kind) ?? document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", kind);
    const line = "M" + points.join("L");
    path.setAttribute("d", kind === "line" ? line : line + `L120 32L${first} 32Z`);
    return path;
  });
  svg.replaceChildren(...paths);
}

function figure(id, number, text, more) {
  const value = $(id).querySelector(".value");
  value.textContent = text;
  if (more) {
    value.append(" ", element("small", more));
  }
  chart(id, number);
}

function showFigures(now) {
  const keys = now.keys.reduce((sum, size) => sum + size, 0);
  if (before !== null) {
    const elapsed = Math.max(1, now.time - before.time) / 1000;
    // The request for the figures itself runs no command.
    const commands = Math.max(0, (now.commands - before.commands) / elapsed);
    const traffic = Math.max(0, (now.received + now.sent - before.received - before.sent) / elapsed);
    figure("figure-commands", commands, count(Math.round(commands)));
    figure("figure-traffic", traffic, bytesText(traffic));
  }
  const others = now.keys.filter((size, i) => i > 0 && size > 0).length;
  figure("figure-keys", keys, count(keys), others > 0 ? "in " + (others + (now.keys[0] > 0 ? 1 : 0)) + " databases" : "");
  figure("figure-clients", now.clients, count(now.clients));
  figure("figure-memory", now.memoryUsed, bytesText(now.memoryUsed), "of " + bytesText(now.memoryMax));
  before = now;
  document.body.className = "live";
  $("status-text").textContent = "serving for " + seconds(now.uptimeMillis / 1000);
}

async function poll() {
  try {
    showFigures(await json("/v1/figures"));
  } catch (e) {
    document.body.className = "lost";
    $("status-text").textContent = e.status === 401 ? "not logged in" : "the server does not answer";
  }
  setTimeout(poll, 1000);
}

// ---- keys ----

let firstAddress = "";
let lastKey = null;
let selected = null;

function searchAddress() {
  const parameters = ["limit=" + (PAGE + 1), "values=false"];
  for (const name of ["prefix", "from", "to"]) {
    if ($(name).value !== "") {
      parameters.push(name + "=" + escaped(parse($(name).value)));
    }
  }
  return "/v1/range?" + parameters.join("&");
}

async function search(address) {
  try {
    const found = await json(address);
    const shown = found.slice(0, PAGE);
    $("key-list").replaceChildren(...shown.map(keyItem));
    $("keys-empty").hidden = shown.length > 0;
    $("first-page").disabled = address === firstAddress;
    $("next-page").disabled = found.length <= PAGE;
    lastKey = shown.length > 0 ? fromBase64(shown[shown.length - 1].key) : null;
  } catch (e) {
    tell(e.message, false);
  }
}

function keyItem(entry) {
  const key = fromBase64(entry.key);
  const button = element("button", "");
  button.type = "button";
  button.append(
    element("span", show(key).replaceAll("\n", "\\n"), "name"),
    element("span", entry.type === "string" ? bytesText(entry.size) : count(entry.size), "size"),
    element("span", entry.type, "type"));
  button.dataset.key = entry.key;
  button.setAttribute("aria-current", String(selected !== null && selected.key === entry.key));
  button.addEventListener("click", () => open(entry.key));
  const item = element("li", "");
  item.append(button);
  return item;
}

function searchAgain() {
  firstAddress = searchAddress();
  return search(firstAddress);
}

/** Moves the focus among the keys by the arrows. */
function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const buttons = [...$("key-list").querySelectorAll("button")];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (next) {
      next.focus();
      event.preventDefault();
    }
  }
}

// ---- values ----

const COLUMNS = {
  list: ["Index", "Element"],
  set: ["Member"],
  hash: ["Field", "Value"],
  zset: ["Member", "Score"],
  stream: ["Id", "Fields and values"],
};

function markSelected() {
  for (const button of $("key-list").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(selected !== null && selected.key === button.dataset.key));
  }
}

function facts(list) {
  $("value-facts").replaceChildren(...list.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

function showType(type) {
  $("value-type").textContent = type;
  $("value-type").hidden = type === "";
}

async function open(key) {
  tell("", true);
  const bytes = fromBase64(key);
  try {
    const head = await json("/v1/elements/" + escaped(bytes) + "?limit=100");
    selected = { key, bytes, type: head.type, etag: null, next: null, shown: 0 };
    showType(head.type);
    $("value-hint").hidden = true;
    $("value-body").hidden = false;
    const isString = head.type === "string";
    $("edit").hidden = !isString;
    $("elements").hidden = isString;
    $("more-elements").hidden = true;
    if (isString) {
      await openString(bytes);
    } else {
      openCollection(bytes, head);
    }
    markSelected();
  } catch (e) {
    close();
    tell(e.status === 404 ? "The key does not exist any more." : e.message, false);
  }
}

async function openString(bytes) {
  const found = await json("/v1/keys/" + escaped(bytes));
  const value = fromBase64(found.value);
  selected.etag = found.etag;
  facts([["Key", show(bytes)], ["Size", bytesText(value.length)], ["Entity tag", found.etag]]);
  $("edit-key-label").hidden = true;
  $("edit-value").value = show(value);
  $("edit-ttl").value = found.ttl === null ? "" : String(found.ttl);
  $("delete-key").hidden = false;
  $("reload-value").hidden = false;
}

function openCollection(bytes, head) {
  const expiry = head.ttl === null ? "never" : "in " + seconds(head.ttl);
  facts([["Key", show(bytes)], ["Elements", count(head.size)], ["Expires", expiry]]);
  const row = element("tr", "");
  for (const name of COLUMNS[head.type] ?? ["Element"]) {
    const cell = element("th", name, name === "Score" || name === "Index" ? "number" : "");
    cell.scope = "col";
    row.append(cell);
  }
  $("elements").tHead.replaceChildren(row);
  $("elements").tBodies[0].replaceChildren();
  addElements(head);
}

function addElements(page) {
  for (const found of page.elements) {
    const row = element("tr", "");
    if (page.type === "list") {
      row.append(element("td", count(selected.shown), "number"));
    }
    const parts = Array.isArray(found) ? found : [found];
    parts.forEach((part, i) => {
      const text = Array.isArray(part) ? fieldsText(part) : show(fromBase64(part));
      row.append(element("td", text, page.type === "zset" && i === 1 ? "number" : ""));
    });
    $("elements").tBodies[0].append(row);
    selected.shown++;
  }
  selected.next = page.next;
  $("more-elements").hidden = page.next === null;
}

function fieldsText(parts) {
  const texts = parts.map((part) => show(fromBase64(part)));
  const lines = [];
  for (let i = 0; i < texts.length; i += 2) {
    lines.push(texts[i] + ": " + texts[i + 1]);
  }
  return lines.join("\n");
}

function close() {
  selected = null;
  showType("");
  $("value-body").hidden = true;
  $("value-hint").hidden = false;
  markSelected();
}

function startNew() {
  tell("", true);
  selected = { key: null, bytes: null, type: "string", etag: null };
  showType("string");
  facts([]);
  $("value-hint").hidden = true;
  $("value-body").hidden = false;
  $("edit").hidden = false;
  $("edit-key-label").hidden = false;
  $("elements").hidden = true;
  $("more-elements").hidden = true;
  $("delete-key").hidden = true;
  $("reload-value").hidden = true;
  $("edit-key").value = $("prefix").value;
  $("edit-value").value = "";
  $("edit-ttl").value = "";
  markSelected();
  $("edit-key").focus();
}

/** Saves only what nobody else has changed since it was shown. */
async function save() {
  const isNew = selected.key === null;
  const bytes = isNew ? parse($("edit-key").value) : selected.bytes;
  const headers = isNew ? { "If-None-Match": "*" } : { "If-Match": selected.etag };
  headers.Accept = "application/json";
  const ttl = $("edit-ttl").value.trim();
  const address = "/v1/keys/" + escaped(bytes) + (ttl === "" ? "" : "?ttl=" + encodeURIComponent(ttl));
  try {
    await request(address, { method: "PUT", headers, body: parse($("edit-value").value) });
    await searchAgain();
    await open(btoa(String.fromCharCode(...bytes)));
    tell("Saved.", true);
  } catch (e) {
    const conflict = isNew ? "The key exists already." : "Somebody else has changed the value. Reload it.";
    tell(e.status === 412 ? conflict : e.message, false);
  }
}

async function remove() {
  if (!confirm("Delete " + show(selected.bytes) + "?")) {
    return;
  }
  try {
    const headers = { "If-Match": selected.etag, Accept: "application/json" };
    await request("/v1/keys/" + escaped(selected.bytes), { method: "DELETE", headers });
    close();
    await searchAgain();
    tell("Deleted.", true);
  } catch (e) {
    tell(e.status === 412 ? "Somebody else has changed the value. Reload it." : e.message, false);
  }
}

// ---- slow commands ----

async function pollSlow() {
  try {
    const commands = await json("/v1/slow-commands");
    $("slow").hidden = false;
    $("slow-empty").hidden = commands.length > 0;
    $("slow-list").replaceChildren(...commands.slice(0, 20).map(slowRow));
  } catch (e) {
    $("slow").hidden = e.status === 404;
  }
  if (!$("slow").hidden) {
    setTimeout(pollSlow, 5000);
  }
}

function slowRow(command) {
  const row = element("tr", "");
  const took = command.micros < 10000 ? count(command.micros) + " µs" : count(Math.round(command.micros / 1000)) + " ms";
  row.append(
    element("td", new Date(command.time * 1000).toLocaleTimeString()),
    element("td", took, "number"),
    element("td", command.arguments.map((argument) => show(fromBase64(argument))).join(" ")),
    element("td", command.client ?? ""));
  return row;
}

// ---- start ----

$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  searchAgain();
});
$("key-list").addEventListener("keydown", moveFocus);
$("first-page").addEventListener("click", () => search(firstAddress));
$("next-page").addEventListener("click", () => {
  const after = "from=" + escaped(lastKey) + "%00"; // the lowest key above it
  search(firstAddress.replace(/&from=[^&]*/, "") + "&" + after);
});
$("new-key").addEventListener("click", startNew);
$("reload-value").addEventListener("click", () => open(selected.key));
$("delete-key").addEventListener("click", remove);
$("edit").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
$("more-elements").addEventListener("click", async () => {
  const address = "/v1/elements/" + escaped(selected.bytes) + "?limit=100&cursor=" + encodeURIComponent(selected.next);
  try {
    addElements(await json(address));
  } catch (e) {
    tell(e.message, false);
  }
});

searchAgain();
poll();
pollSlow();
