// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>A dump's file: it has its name only when it is complete.</summary>
internal static class CoreDumpFile
{
    private const string Extension = ".core";
    private const string PartialExtension = ".partial";
    private const int TimeLength = 16;
    private const int TimeDigits = 14;

    /// <summary>Writes a dump into the directory, and removes the oldest when there are too many.</summary>
    /// <returns>The path.</returns>
    public static async ValueTask<string> WriteAsync(
        string processorName,
        RemoteCrash crash,
        CoreDumpOptions options,
        Func<Stream, CancellationToken, ValueTask> write,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Directory);
        string stem = FileStem(processorName);
        string time = crash.Time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string name = FormattableString.Invariant($"{stem}-{time}-{crash.Number}{Extension}");
        string path = Path.Combine(options.Directory, name);
        string partial = path + PartialExtension;
        try
        {
            FileStream stream = File.Create(partial, bufferSize: 1, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        RemoveOldest(options, stem);
        return path;
    }

    private static void RemoveOldest(CoreDumpOptions options, string stem)
    {
        FileInfo[] dumps = [.. new DirectoryInfo(options.Directory).EnumerateFiles(stem + "-*" + Extension)
            .Where(file => IsDump(file.Name, stem))
            .OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name.Length)
            .ThenByDescending(file => file.Name, StringComparer.Ordinal)];
        foreach (FileInfo dump in dumps.Skip(options.MaxFiles))
        {
            dump.Delete();
        }
    }

    // Of this processor, and not of one whose name begins with this one's: NAME-yyyyMMddTHHmmssZ-NUMBER.core.
    private static bool IsDump(string file, string stem)
    {
        string[] parts = file[(stem.Length + 1)..^Extension.Length].Split('-');
        return parts.Length == 2 && parts[0].Length == TimeLength && parts[0][^1] == 'Z'
            && parts[0].Where(char.IsAsciiDigit).Count() == TimeDigits && parts[1].All(char.IsAsciiDigit);
    }

    // A processor's name may hold what a file's may not.
    private static string FileStem(string name)
        => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
