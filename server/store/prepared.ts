/**
 * Runs a prepared statement with as little as the protocol needs. The driver's own query asks Postgres to describe the
 * rows each time, of which some have thirty columns, reads that description again, and copies the query on the way. Here
 * a connection is asked once for each statement. A description cannot go stale: Postgres refuses to run a prepared
 * statement whose columns have changed.
 */
import type pg from "pg";

/** Numbers go as an array of Postgres; dates in UTC; JSON as its text. Arrays of text: `texts` of binary-array.ts. */
export type PreparedValue = string | number | boolean | Buffer | Date | null | readonly (number | null)[];

export interface Prepared {
  /** Of one statement alone, on every connection. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly PreparedValue[];
  /** Past it the statement fails with "Query read timeout", and what became of it is not known. Default: the pool's. */
  readonly timeoutMs?: number;
}

type Row = Record<string, unknown>;

/** What the rows of a statement look like. */
interface Description {
  readonly names: readonly string[];
  readonly parsers: readonly ((text: string) => unknown)[];
  /** A row of nulls: rows that are copies of it have one shape from the beginning. */
  readonly blank: Row;
}

const NOTHING: Description = { names: [], parsers: [], blank: {} };

type Described = Map<string, Description>;

/** What the driver's types do not say of a connection; embedded there is no socket to cork. */
interface Connection {
  readonly parsedStatements: Readonly<Record<string, string>>;
  readonly stream: { cork?(): void; uncork?(): void };
}
type Parsers = Pick<pg.ClientBase, "getTypeParser">;

const described = new WeakMap<object, Described>();

/** @throws what Postgres answered, or that the connection is gone (connection-loss.ts) */
export function runPrepared<R>(client: pg.ClientBase, prepared: Prepared): Promise<{ rows: R[] }> {
  return new Promise((resolve, reject) => {
    client.query(
      new PreparedQuery(client, prepared, (error, rows) => {
        if (error === null) return resolve({ rows: (rows ?? []) as R[] });
        Error.captureStackTrace(error); // it was made where the answer was read, which says nothing
        reject(error);
      }),
    );
  });
}

/** What the driver calls while the answer comes in; the names are the driver's. */
class PreparedQuery implements pg.Submittable {
  readonly name: string;
  readonly text: string;
  readonly query_timeout: number | undefined;
  /** The driver puts its timeout around it. */
  callback: (error: Error | null, rows?: Row[]) => void;
  readonly #values: (string | Buffer | null)[];
  readonly #parsers: Parsers;
  readonly #described: Described;
  #description: Description | undefined;
  readonly #rows: Row[] = [];
  #unreadable: Error | null = null;

  constructor(
    client: pg.ClientBase,
    { name, text, values, timeoutMs }: Prepared,
    callback: PreparedQuery["callback"],
  ) {
    this.name = name;
    this.text = text;
    this.query_timeout = timeoutMs;
    this.callback = callback;
    this.#values = values.map(wireValue);
    this.#parsers = client;
    let known = described.get(client);
    if (known === undefined) described.set(client, (known = new Map<string, Description>()));
    this.#described = known;
    this.#description = known.get(name);
  }

  /** @returns what keeps it from being sent, as the driver wants it */
  submit(connection: pg.Connection): Error | null {
    const { stream, parsedStatements } = connection as unknown as Connection;
    const { name, text } = this;
    stream.cork?.();
    try {
      if (parsedStatements[name] === undefined) connection.parse({ name, text, types: [] }, true);
      connection.bind({ statement: name, values: this.#values }, true);
      if (this.#description === undefined) connection.describe({ type: "P", name: "" }, true);
      connection.execute({}, true);
      connection.sync();
    } finally {
      stream.uncork?.();
    }
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    const parserOf = (field: pg.FieldDef) => this.#parsers.getTypeParser(field.dataTypeID, "text");
    this.#description = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(parserOf) as Description["parsers"],
      blank: Object.fromEntries(fields.map(({ name }) => [name, null])),
    };
    this.#described.set(this.name, this.#description);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const description = this.#description;
    if (description === undefined || this.#unreadable !== null) return;
    const row = { ...description.blank };
    try {
      for (let at = 0; at < fields.length; at++) {
        const text = fields[at] as string | null;
        if (text !== null) row[description.names[at] as string] = description.parsers[at]?.(text);
      }
    } catch (error) {
      this.#unreadable = error as Error;
    }
    this.#rows.push(row);
  }

  /** Of a statement without rows nothing is described. */
  handleCommandComplete(): void {
    if (this.#description === undefined) this.#described.set(this.name, NOTHING);
  }

  handleEmptyQuery(): void {
    // No file of ours is empty.
  }

  handleError(error: Error): void {
    this.callback(this.#unreadable ?? error);
  }

  handleReadyForQuery(): void {
    this.callback(this.#unreadable, this.#rows);
  }
}

function wireValue(value: PreparedValue): string | Buffer | null {
  if (value === null || typeof value === "string" || Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return `{${value.map((each) => each ?? "NULL").join(",")}}`;
  return String(value);
}
