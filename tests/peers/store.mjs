// What a Node backend does by hand before it answers: checks the signature over the raw bytes, and
// keeps them in SQLite, synced.

import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";

const folder = mkdtempSync(join(process.env.FOLDER ?? tmpdir(), "peer-"));
const database = new Database(join(folder, "deliveries.db"));
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(
  "CREATE TABLE delivery (id INTEGER PRIMARY KEY, message TEXT UNIQUE, received INTEGER, body BLOB)",
);
const insert = database.prepare(
  "INSERT OR IGNORE INTO delivery (message, received, body) VALUES (?, ?, ?)",
);

export function isGenuine(body, signature) {
  const expected = createHmac("sha1", process.env.SECRET).update(body).digest();
  const presented = Buffer.from(signature ?? "", "hex");
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

export function keep(body) {
  const { message } = JSON.parse(body);
  insert.run(message.message.id, Date.now(), body);
}
