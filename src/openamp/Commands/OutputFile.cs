// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands;

/// <summary>The options that name a file to write, and the writing: beside it, then renamed, so that a file with the
/// name is always whole.</summary>
internal sealed class OutputFile
{
    private const UnixFileMode PlainMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Option<string> _path;

    private readonly Option<bool> _force = new("--force", "-f") { Description = "Overwrite the file if it exists." };

    /// <summary>Makes the options.</summary>
    /// <param name="description">What is written.</param>
    /// <param name="isRequired">Whether a path must be given.</param>
    public OutputFile(string description, bool isRequired = true)
        => _path = new("--output", "-o") { Description = description, HelpName = "FILE", Required = isRequired };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_path);
        command.Options.Add(_force);
    }

    /// <summary>The path that was given, or <see langword="null"/>.</summary>
    public string? PathOf(ParseResult line) => line.GetValue(_path);

    /// <summary>Refuses a file that is there already, before any work is done.</summary>
    /// <exception cref="IOException">It exists, and nobody said that it may be overwritten.</exception>
    public void ThrowIfTaken(ParseResult line)
    {
        string? path = PathOf(line);
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder; give the path of a file");
        }

        if (File.Exists(path) && !line.GetValue(_force))
        {
            throw Taken(path);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="line">The command line, which names it.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="mode">Its permissions; those of a file that is not a program unless given.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">It exists, or cannot be written; nothing is left behind.</exception>
    public string Write(ParseResult line, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        ThrowIfTaken(line);
        string path = PathOf(line) ?? throw new IOException("no file to write was named; give -o FILE");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(folder))
        {
            throw new IOException($"'{path}' cannot be written: there is no folder '{folder}'");
        }

        string partial = FormattableString.Invariant($"{path}.{Environment.ProcessId}.partial");
        try
        {
            WritePartial(partial, content, mode ?? PlainMode);
            Rename(partial, path, line.GetValue(_force));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be written: {Notice.OneLine(exception)}", exception);
        }
        finally
        {
            Remove(partial);
        }

        return path;
    }

    private static void WritePartial(string partial, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 };
        if (!OperatingSystem.IsWindows())
        {
            // At its creation: what is secret in it is not readable by others for a moment either; the umask applies.
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(partial, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private static void Rename(string partial, string path, bool force)
    {
        try
        {
            File.Move(partial, path, force);
        }
        catch (IOException) when (!force && File.Exists(path))
        {
            throw Taken(path);
        }
    }

    // Best effort: the name is gone already when all went well.
    private static void Remove(string partial)
    {
        if (File.Exists(partial))
        {
            File.Delete(partial);
        }
    }

    private static IOException Taken(string path)
        => new($"'{path}' exists already; give --force to overwrite it, or another name to -o");
}
