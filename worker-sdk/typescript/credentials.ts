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
  /** Bearer token, or a function that fetches the current one; asked again for every connection. */
  readonly token?: string | (() => string | Promise<string>);
}

/** The part of `Credentials` that decides the connection; `token` travels as metadata of each call. */
export function channelCredentials(tls: true | TlsCredentials | undefined): ChannelCredentials {
  if (tls === undefined) return grpcCredentials.createInsecure();
  if (tls === true) return grpcCredentials.createSsl();
  return grpcCredentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}

export async function currentToken(credentials: Credentials | undefined): Promise<string | undefined> {
  const token = credentials?.token;
  return typeof token === "function" ? await token() : token;
}

function pem(text: string | Uint8Array | undefined): Buffer | null {
  if (text === undefined) return null;
  return typeof text === "string" ? Buffer.from(text, "utf8") : Buffer.from(text);
}
