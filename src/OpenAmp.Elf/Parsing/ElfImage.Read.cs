// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Elf;

public sealed partial class ElfImage
{
    /// <summary>Reads the headers of an ELF file in memory. Allocates the tables, and nothing else.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="requirements">What the image must be; null for anything.</param>
    /// <exception cref="ElfException">The file breaks a rule; the message says which, and where.</exception>
    public static ElfImage Parse(ReadOnlySpan<byte> file, ElfImageRequirements? requirements = null)
        => TryParse(file, requirements, out ElfImage? image, out ElfFault fault)
            ? image : throw new ElfException(fault);

    /// <summary>Reads the headers of an ELF file in memory, and says when they break a rule.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="image">The headers, when true is returned.</param>
    /// <param name="fault">What is wrong, when false is returned.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file,
        [NotNullWhen(true)] out ElfImage? image,
        out ElfFault fault)
        => TryParse(file, null, out image, out fault);

    /// <summary>Reads the headers of an ELF file in memory, and says when they break a rule or are not what is
    /// required.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="requirements">What the image must be; null for anything.</param>
    /// <param name="image">The headers, when true is returned.</param>
    /// <param name="fault">What is wrong, when false is returned.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file,
        ElfImageRequirements? requirements,
        [NotNullWhen(true)] out ElfImage? image,
        out ElfFault fault)
    {
        image = null;
        ElfParser parser = new((ulong)file.Length, requirements);
        do
        {
            // The parser asks for ranges within the file only, so they are ints.
            ElfRange needed = parser.Needed;
            if (!parser.TryFeed(file.Slice((int)needed.OffsetBytes, (int)needed.LengthBytes), out fault))
            {
                return false;
            }
        }
        while (!parser.IsComplete);

        image = parser.Image;
        return true;
    }

    /// <summary>Reads the headers of an ELF file from a stream. Blocks while the stream does.</summary>
    /// <param name="stream">The file from its first byte, whatever the position; the stream is seekable. One that is
    /// not is copied to memory or to a file first.</param>
    /// <param name="requirements">What the image must be; null for anything.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="ElfException">The file breaks a rule; the message says which, and where.</exception>
    /// <exception cref="EndOfStreamException">The stream ends before its length.</exception>
    public static ElfImage Read(Stream stream, ElfImageRequirements? requirements = null)
    {
        ElfParser parser = new(LengthOf(stream), requirements);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ElfParser.MaxNeededBytes);
        try
        {
            while (!parser.IsComplete)
            {
                Span<byte> bytes = buffer.AsSpan(0, (int)parser.Needed.LengthBytes);
                stream.Position = (long)parser.Needed.OffsetBytes;
                stream.ReadExactly(bytes);
                parser.Feed(bytes);
            }

            return parser.Image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the headers of an ELF file from a stream without blocking.</summary>
    /// <param name="stream">The file from its first byte, whatever the position; the stream is seekable. One that is
    /// not is copied to memory or to a file first.</param>
    /// <param name="requirements">What the image must be; null for anything.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="ElfException">The file breaks a rule; the message says which, and where.</exception>
    /// <exception cref="EndOfStreamException">The stream ends before its length.</exception>
    public static ValueTask<ElfImage> ReadAsync(
        Stream stream, ElfImageRequirements? requirements, CancellationToken cancellationToken)
        => ReadAsync(
            LengthOf(stream),
            (offsetBytes, bytes, token) =>
            {
                stream.Position = (long)offsetBytes;
                return stream.ReadExactlyAsync(bytes, token);
            },
            requirements,
            cancellationToken);

    /// <summary>Reads the headers of an ELF file from a store that answers reads at any offset.</summary>
    /// <param name="fileBytes">The file's length in bytes.</param>
    /// <param name="readAsync">Fills the memory with the bytes at the offset, all of it, or throws.</param>
    /// <param name="requirements">What the image must be; null for anything.</param>
    /// <param name="cancellationToken">Ends the wait; passed to <paramref name="readAsync"/>.</param>
    /// <exception cref="ElfException">The file breaks a rule; the message says which, and where.</exception>
    public static async ValueTask<ElfImage> ReadAsync(
        ulong fileBytes,
        Func<ulong, Memory<byte>, CancellationToken, ValueTask> readAsync,
        ElfImageRequirements? requirements,
        CancellationToken cancellationToken)
    {
        ElfParser parser = new(fileBytes, requirements);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ElfParser.MaxNeededBytes);
        try
        {
            while (!parser.IsComplete)
            {
                Memory<byte> bytes = buffer.AsMemory(0, (int)parser.Needed.LengthBytes);
                await readAsync(parser.Needed.OffsetBytes, bytes, cancellationToken).ConfigureAwait(false);
                parser.Feed(bytes.Span);
            }

            return parser.Image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ulong LengthOf(Stream stream)
        => stream.CanSeek
            ? (ulong)stream.Length
            : throw new ArgumentException(
                "The stream is not seekable: copy it to memory or to a file, and read that.", nameof(stream));
}
