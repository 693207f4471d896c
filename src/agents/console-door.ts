import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { messageOf } from '../errors.js';

/** A port of this machine that one caller may come in by. */
export class ConsoleDoor {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Error where there is no port to be had */
  static async open(): Promise<ConsoleDoor> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (thrown) => reject(new Error(`no local port to listen on: ${messageOf(thrown)}`)));
      server.listen(0, '127.0.0.1', resolve);
    });
    return new ConsoleDoor(server);
  }

  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** The first caller; the door is shut behind it. */
  caller(): Promise<Socket> {
    return new Promise((resolve) => {
      this.#server.once('connection', (socket) => {
        this.shut();
        resolve(socket);
      });
    });
  }

  shut(): void {
    if (this.#server.listening) this.#server.close();
  }
}
