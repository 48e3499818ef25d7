/** Checks of names that arrive from outside. Each returns what was expected, or null when the value is fine. */

const NAME = /^[A-Za-z0-9._:-]{1,200}$/;
const NAMESPACE = /^[a-z0-9-]{1,63}$/;

export const DEFAULT_NAMESPACE = "default";
export const DEFAULT_QUEUE = "default";

/** Queue names, worker ids, job types: safe in Redis keys, logs and URLs. */
export function expectName(value: string): string | null {
  return NAME.test(value) ? null : "1 to 200 characters of A-Z a-z 0-9 . _ : -";
}

// Control and format characters, line separators, lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Keys of a submission: other systems' task ids and package paths fit, because a key goes into no name of ours. */
export function expectKey(value: string): string | null {
  const fits = value.length >= 1 && value.length <= 200 && !UNPRINTABLE.test(value);
  return fits ? null : "1 to 200 printable characters";
}

export function expectNamespace(value: string): string | null {
  return NAMESPACE.test(value) ? null : "1 to 63 characters of a-z 0-9 -";
}

/** How a bad value is shown in an error: quoted, cut at 60 characters, control characters escaped. */
export function shown(value: string): string {
  return value.length > 60
    ? `${JSON.stringify(value.slice(0, 60))}… (${value.length} characters)`
    : JSON.stringify(value);
}
