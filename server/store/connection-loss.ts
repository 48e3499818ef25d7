/** Tells a connection to Postgres that is gone, or could not be had, from a statement that failed. */
/** No connection could be had, so nothing was sent. The code and the words are those of the cause. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
  readonly code: string;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.code =
      cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "08001";
  }
}

/** True when the connection is gone, so that a statement sent on it may or may not have been carried out. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/^(08|57P0[1-3]|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET|EAI_)/.test(code)) return true;
  return /Query read timeout|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after/.test(
    error.message,
  );
}
