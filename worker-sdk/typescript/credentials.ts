/**
 * Who we are to the server, as plain data: it has to travel to the transport's thread, which grpc-js objects
 * cannot. Used by the client and by the worker's transport.
 */
import { credentials as grpcCredentials, type ChannelCredentials } from "@grpc/grpc-js";

export interface TlsCredentials {
  /** PEM of the authorities to trust; default: the system's. */
  readonly ca?: string | Uint8Array;
  /** PEM of our own certificate and key, for mutual TLS. */
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
}

export interface Credentials {
  /** `true`: TLS with the system's authorities. Absent: plain text, for loopback and private networks. */
  readonly tls?: true | TlsCredentials;
  /**
   * Bearer token, or a function that fetches the current one; asked again for every connection. Space around it, such as
   * the line break at the end of a file, is not part of it.
   */
  readonly token?: string | (() => string | Promise<string>);
}

/** The part of `Credentials` that decides the connection; `token` travels as metadata of each call. */
export function channelCredentials(tls: true | TlsCredentials | undefined): ChannelCredentials {
  if (tls === undefined) return grpcCredentials.createInsecure();
  if (tls === true) return grpcCredentials.createSsl();
  return grpcCredentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}

/** @throws TypeError for a token that no header can carry; it does not show the token, errors end up in logs */
export async function currentToken(credentials: Credentials | undefined): Promise<string | undefined> {
  const given = credentials?.token;
  const token = (typeof given === "function" ? await given() : given)?.trim();
  if (token !== undefined && !/^[ -~]*$/.test(token))
    throw new TypeError("credentials.token: expected printable ASCII characters only");
  return token;
}

function pem(text: string | Uint8Array | undefined): Buffer | null {
  if (text === undefined) return null;
  return typeof text === "string" ? Buffer.from(text, "utf8") : Buffer.from(text);
}
