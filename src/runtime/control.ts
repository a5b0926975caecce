import type { Socket } from 'node:net';

/** What a shim says on its control connection; the letters are explained in native/shim/shim.c. */
export type ControlType = 'S' | 'E' | 'O' | 'X' | 'D';

/** Calls back for each control frame: a letter, three zero bytes, big-endian length, text. */
export function onControlFrames(socket: Socket, listener: (type: ControlType, text: string) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const end = 8 + rest.readUInt32BE(4);
      if (rest.length < end) break;
      listener(String.fromCharCode(rest[0] ?? 0) as ControlType, rest.toString('utf8', 8, end));
      rest = rest.subarray(end);
    }
  });
}

/** A control frame to the shim. */
export function controlFrame(type: 'W', text: string): Buffer {
  const frame = Buffer.alloc(8 + Buffer.byteLength(text));
  frame.write(type, 0, 'latin1');
  frame.writeUInt32BE(frame.length - 8, 4);
  frame.write(text, 8);
  return frame;
}
