// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>The kernel's log about this processor.</content>
public sealed partial class KernelRemoteProcessor
{
    private const int MaxLines = 200;
    private const string Detected = "crash detected in ";
    private const string Handled = "handling crash #";
    private const string TypeMark = ": type ";

    private readonly KernelLog? _log;
    private readonly Lock _logLock = new();

    // The newest lines, and how many there were before them.
    private readonly Queue<string> _lines = new();
    private int _linesBefore;

    // Crashes that the log tells, and that no look has followed yet.
    private readonly Queue<string> _crashes = new();
    private string _lastType = "";

    /// <summary>A place in the log: <see cref="LogSince"/>.</summary>
    private int LogMark
    {
        get
        {
            ReadLog();
            lock (_logLock)
            {
                return _linesBefore + _lines.Count;
            }
        }
    }

    private List<string> LogSince(int mark)
    {
        ReadLog();
        lock (_logLock)
        {
            return [.. _lines.Skip(Math.Max(0, mark - _linesBefore))];
        }
    }

    private void ReadLog()
    {
        lock (_logLock)
        {
            foreach (KernelLogLine line in _log?.Read() ?? [])
            {
                if (IsOurs(line))
                {
                    Keep(line.Text);
                }
            }
        }
    }

    private void Keep(string text)
    {
        _lines.Enqueue(text);
        if (_lines.Count > MaxLines)
        {
            _lines.Dequeue();
            _linesBefore++;
        }

        if (text.Contains(Detected, StringComparison.Ordinal))
        {
            int at = text.LastIndexOf(TypeMark, StringComparison.Ordinal);
            _lastType = at < 0 ? "" : text[(at + TypeMark.Length)..];
        }
        else if (text.Contains(Handled, StringComparison.Ordinal))
        {
            _crashes.Enqueue(_lastType);
            _lastType = "";
        }
    }

    // A line of a device names it; the processor's device is the one of its driver too.
    private bool IsOurs(KernelLogLine line)
        => line.Device == $"+remoteproc:{_node.Name}"
            || Names(line.Text, _node.Name)
            || (_info.Device is { Length: > 0 } device && Names(line.Text, device));

    // remoteproc1 is not remoteproc10.
    private static bool Names(string text, string name)
    {
        int at = text.IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && (at + name.Length == text.Length || !char.IsAsciiDigit(text[at + name.Length]));
    }

    /// <summary>Follows the crashes that the log tells.</summary>
    /// <returns>Whether there was any.</returns>
    private async ValueTask<bool> FollowLogAsync()
    {
        bool any = false;
        while (TryTakeCrash(out string type))
        {
            any = true;
            if (_isLineOwed)
            {
                _isLineOwed = false;
                continue;
            }

            await CrashAsync(type).ConfigureAwait(false);
        }

        return any;
    }

    private ValueTask CrashAsync(string type) => type switch
    {
        "" => CrashAsync(CrashKind.FatalError, "The kernel shows it crashed."),
        "mmufault" => CrashAsync(CrashKind.MemoryFault, Reported(type)),
        "watchdog" => CrashAsync(CrashKind.Watchdog, Reported(type)),
        _ => CrashAsync(CrashKind.FatalError, Reported(type)),
    };

    private static string Reported(string type) => $"The kernel reports a crash of type '{type}'.";

    // The type of a crash that is reported, and not handled yet.
    private string ReportedType
    {
        get
        {
            lock (_logLock)
            {
                return _lastType;
            }
        }
    }

    private bool TryTakeCrash(out string type)
    {
        lock (_logLock)
        {
            return _crashes.TryDequeue(out type!);
        }
    }
}
