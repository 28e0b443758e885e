// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands;

/// <summary>Reads files that a command names, whatever they are, in bounded memory.</summary>
internal static class InputFile
{
    /// <summary>The longest file that is read whole.</summary>
    public const long MaxLengthBytes = 1L << 30;

    // What has no length, a pipe or a device, may never end.
    private const int MaxStreamBytes = 64 << 20;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="IOException">It cannot be read, or is too long; the message names it.</exception>
    public static byte[] Read(string path, long maxLengthBytes = MaxLengthBytes)
    {
        using FileStream stream = Open(path);
        long length = stream.CanSeek ? stream.Length : 0;
        if (length > maxLengthBytes)
        {
            throw new IOException($"'{path}' has {Quantity.Bytes((ulong)length)}; expected at most "
                + $"{Quantity.Bytes((ulong)maxLengthBytes)}");
        }

        return length > 0 ? ReadExactly(stream, (int)length, path) : ReadToEnd(stream, path, maxLengthBytes);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be opened; the message names it.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder; give the path of a file");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"'{path}' cannot be read: {Notice.OneLine(exception)}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"there is no file '{path}'", exception);
        }
    }

    private static byte[] ReadExactly(FileStream stream, int length, string path)
    {
        byte[] bytes = new byte[length];
        int count = stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        return count == length
            ? bytes
            : throw new IOException($"'{path}' became shorter while it was read: try again");
    }

    private static byte[] ReadToEnd(FileStream stream, string path, long maxLengthBytes)
    {
        long limit = Math.Min(maxLengthBytes, MaxStreamBytes);
        using var copy = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        for (int count; (count = stream.Read(piece)) > 0; copy.Write(piece, 0, count))
        {
            if (copy.Length + count > limit)
            {
                throw new IOException($"'{path}' does not end within {Quantity.Bytes((ulong)limit)}; expected a file");
            }
        }

        return copy.ToArray();
    }
}
