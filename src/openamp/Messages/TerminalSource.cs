// SPDX-License-Identifier: BSD-3-Clause

using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Tool.Interop;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Messages;

/// <summary>A pseudo-terminal that other programs open as if it were a serial line, at a path of one's own.</summary>
/// <remarks>It is held open on both sides: who opens and closes it may come again, and finds it in raw mode.</remarks>
internal sealed class TerminalSource : IStreamSource
{
    private readonly FileStream _ours;
    private readonly SafeFileHandle _theirs;
    private readonly string _link;
    private readonly string _terminal;

    private TerminalSource(FileStream ours, SafeFileHandle theirs, string link, string terminal)
    {
        _ours = ours;
        _theirs = theirs;
        _link = link;
        _terminal = terminal;
    }

    /// <summary>Makes one, and a symbolic link to it.</summary>
    /// <exception cref="ServiceFailedException">There is something at the path already, or the system refuses.
    /// </exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The source owns it, or it is closed.")]
    public static TerminalSource Open(string link)
    {
        if (Path.Exists(link) || new FileInfo(link).LinkTarget is not null)
        {
            throw new ServiceFailedException($"'{link}' exists already; remove it, or give another path to --pty");
        }

        SafeFileHandle ours = Native.OpenTerminal(out string terminal);
        try
        {
            SafeFileHandle theirs = File.OpenHandle(terminal, FileMode.Open, System.IO.FileAccess.ReadWrite);
            Native.MakeRaw(theirs);
            File.CreateSymbolicLink(link, terminal);
            return new TerminalSource(new FileStream(ours, System.IO.FileAccess.ReadWrite, 1), theirs, link, terminal);
        }
        catch
        {
            ours.Dispose();
            throw;
        }
    }

    public string Describe() => $"{_link} ({_terminal})";

    [SuppressMessage(
        "Reliability", "CA2000", Justification = "The handle is borrowed, and the pair owns nothing of its own.")]
    public async Task ServeAsync(BridgeSession session, CancellationToken cancellationToken)
    {
        // One stream for both directions would be locked by the read that waits.
        var output = new FileStream(
            new SafeFileHandle(_ours.SafeFileHandle.DangerousGetHandle(), ownsHandle: false),
            System.IO.FileAccess.Write, 1);
        await using ConfiguredAsyncDisposable end = output.ConfigureAwait(false);
        await session.ServeAsync(new TwoStreams(_ours, output), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        // The terminal itself goes with the process: a read may still wait on it.
        File.Delete(_link);
        _theirs.Dispose();
        return ValueTask.CompletedTask;
    }
}
