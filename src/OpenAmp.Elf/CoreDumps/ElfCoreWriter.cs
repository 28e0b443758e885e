// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Elf;

/// <summary>Writes a core dump to a stream, as its bytes come: it keeps none.</summary>
/// <remarks>
/// <para>The headers are written with the first bytes; then come the bytes of each segment of the layout, in its order
/// and without a gap. <see cref="Complete"/> tells whether all have come. The stream need not be seekable and stays
/// open.</para>
/// <para>For one thread at a time.</para>
/// </remarks>
public sealed class ElfCoreWriter
{
    private const int PieceBytes = 64 * 1024;

    private readonly ElfCoreLayout _layout;
    private readonly Stream _stream;

    /// <summary>Begins a dump. Writes nothing yet.</summary>
    /// <param name="layout">What comes where.</param>
    /// <param name="stream">Where to write it.</param>
    public ElfCoreWriter(ElfCoreLayout layout, Stream stream)
    {
        _layout = layout;
        _stream = stream;
    }

    /// <summary>How many bytes of the dump have been written, headers included.</summary>
    public ulong WrittenBytes { get; private set; }

    /// <summary>Writes a dump whose memory can be read at any address. Holds one piece of 64 KiB at a time.</summary>
    /// <param name="layout">What comes where.</param>
    /// <param name="stream">Where to write it; it stays open.</param>
    /// <param name="readMemoryAsync">Fills the memory it is given with what is at the device address, all of it, or
    /// throws, which ends the dump.</param>
    /// <param name="cancellationToken">Ends the dump; passed to <paramref name="readMemoryAsync"/>.</param>
    public static async ValueTask WriteAsync(
        ElfCoreLayout layout,
        Stream stream,
        Func<ulong, Memory<byte>, CancellationToken, ValueTask> readMemoryAsync,
        CancellationToken cancellationToken)
    {
        ElfCoreWriter writer = new(layout, stream);
        await writer.WriteAsync(default, cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            foreach (ElfSegment segment in layout.Segments)
            {
                ulong pieceCount = segment.IsLoadable ? ((segment.FileBytes - 1) / PieceBytes) + 1 : 0;
                for (ulong piece = 0; piece < pieceCount; piece++)
                {
                    ulong done = piece * PieceBytes;
                    Memory<byte> bytes = buffer.AsMemory(0, (int)Math.Min(segment.FileBytes - done, PieceBytes));
                    await readMemoryAsync(segment.PhysicalAddress + done, bytes, cancellationToken)
                        .ConfigureAwait(false);
                    await writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                }
            }

            writer.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the next bytes of the segments, before them the headers if this is the first call. Blocks while
    /// the stream does.</summary>
    /// <param name="content">The bytes. They may end within a segment, or reach over several.</param>
    /// <exception cref="InvalidOperationException">There are more bytes than the layout has; none of them was written.
    /// </exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        CheckRoom(content.Length);
        if (WrittenBytes == 0)
        {
            _stream.Write(_layout.Headers.Span);
            WrittenBytes = (ulong)_layout.Headers.Length;
        }

        _stream.Write(content);
        WrittenBytes += (ulong)content.Length;
    }

    /// <summary>Writes the next bytes of the segments, before them the headers if this is the first call.</summary>
    /// <param name="content">The bytes. They may end within a segment, or reach over several.</param>
    /// <param name="cancellationToken">Ends the wait; how much was written is then not known.</param>
    /// <exception cref="InvalidOperationException">There are more bytes than the layout has; none of them was written.
    /// </exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        CheckRoom(content.Length);
        if (WrittenBytes == 0)
        {
            await _stream.WriteAsync(_layout.Headers, cancellationToken).ConfigureAwait(false);
            WrittenBytes = (ulong)_layout.Headers.Length;
        }

        await _stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        WrittenBytes += (ulong)content.Length;
    }

    /// <summary>Makes sure that the dump is whole. Writes nothing and flushes nothing.</summary>
    /// <exception cref="InvalidOperationException">Bytes are missing.</exception>
    public void Complete()
    {
        if (WrittenBytes != _layout.LengthBytes)
        {
            throw new InvalidOperationException(
                $"The dump has {_layout.LengthBytes} bytes, {WrittenBytes} were written: write the rest first.");
        }
    }

    private void CheckRoom(int lengthBytes)
    {
        ulong written = Math.Max(WrittenBytes, (ulong)_layout.Headers.Length);
        ulong room = _layout.LengthBytes - written;
        if ((ulong)lengthBytes > room)
        {
            throw new InvalidOperationException(
                $"The dump has room for {room} more bytes of its {_layout.LengthBytes}, not for {lengthBytes}.");
        }
    }
}
