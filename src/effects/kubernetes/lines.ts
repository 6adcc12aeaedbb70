/** Lines of a stream, of any length; what stands after the last line end was cut off, and is dropped. */
export async function* linesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<string> {
  // Pieces of a line are joined once, since an object may come in a thousand of them.
  let pieces: Buffer[] = [];
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      yield Buffer.concat([...pieces, rest.subarray(0, end)]).toString("utf8");
      pieces = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) pieces.push(rest);
  }
}
