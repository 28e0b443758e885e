// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;

namespace OpenAmp.Remoteproc;

/// <summary>A text file that grows by whole lines, and its older fellows. What it throws leaves no torn line.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly string _path;
    private readonly int _maxFiles;
    private FileStream? _stream;

    // Up to here the file holds whole lines.
    private long _lengthBytes;

    public TraceFile(string path, int maxFiles)
    {
        _path = path;
        _maxFiles = maxFiles;
    }

    public bool IsOpen => _stream is not null;

    public long LengthBytes => _lengthBytes;

    public void Open()
    {
        // No buffer of its own: what failed to be written must not come back at the next flush.
        _stream = new FileStream(
            _path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _lengthBytes = _stream.Seek(0, SeekOrigin.End);
    }

    public void Append(ReadOnlySpan<byte> lines, bool toDisk)
    {
        FileStream stream = _stream!;
        stream.Write(lines);
        if (toDisk)
        {
            stream.Flush(flushToDisk: true);
        }

        _lengthBytes += lines.Length;
    }

    /// <summary>Moves every file one number up, drops the oldest, and begins a new one.</summary>
    public void Rotate()
    {
        Close();
        if (_maxFiles == 1)
        {
            File.Delete(_path);
        }

        for (int number = _maxFiles - 1; number > 0; number--)
        {
            string from = number == 1 ? _path : Numbered(number - 1);
            if (File.Exists(from))
            {
                File.Move(from, Numbered(number), overwrite: true);
            }
        }

        Open();
    }

    /// <summary>Takes back what a failed write left, if that can be done, and closes.</summary>
    public void Abandon()
    {
        try
        {
            if (_stream is { CanSeek: true } stream && stream.Length > _lengthBytes)
            {
                stream.SetLength(_lengthBytes);
            }
        }
        catch (Exception failure) when (IsOutside(failure))
        {
            // The failure that brought us here is being reported; this one is its echo.
        }

        Close();
    }

    public void Dispose() => Close();

    /// <summary>Whether the system is to blame, and not this program.</summary>
    public static bool IsOutside(Exception failure)
        => failure is IOException or UnauthorizedAccessException or NotSupportedException;

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{_path}.{number}");

    private void Close()
    {
        FileStream? stream = _stream;
        _stream = null;
        stream?.Dispose();
    }
}
