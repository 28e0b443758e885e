// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>What a child process runs and what it is given.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>The most handles that a child can be given.</summary>
    public const int MaxHandles = 250;

    /// <summary>The number under which the child finds the first of <see cref="Handles"/>.</summary>
    public const int FirstHandleDescriptor = 3;

    /// <summary>The executable, relative to this process's working directory; PATH is not searched. Also the child's
    /// argument 0.</summary>
    public required string Path { get; init; }

    /// <summary>The open executable to run in place of what <see cref="Path"/> leads to by then: what was checked is
    /// what runs, even when the name was given to another file since. Default: none, open <see cref="Path"/>.</summary>
    /// <remarks>
    /// <para>The content must not change either: hold a sealed memfd, or a file that nobody else may write. A
    /// descriptor that is open for writing makes the start of a file on disk fail.</para>
    /// <para>For ELF files only: a script's interpreter would look for the descriptor, which the child does not have.
    /// The child's own name (/proc/PID/comm) is a number then.</para>
    /// </remarks>
    public SafeHandle? Executable { get; init; }

    /// <summary>The arguments after argument 0. Default: none.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables to set, or to remove where the value is <see langword="null"/>. Default: none.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>Whether <see cref="Environment"/> changes this process's environment (the default) or is all that the
    /// child gets.</summary>
    public bool InheritsEnvironment { get; init; } = true;

    /// <summary>What the child gets as descriptors <see cref="FirstHandleDescriptor"/> and up, in this order. The same
    /// one may be given twice. They stay the caller's, who may close them after the start. Default: none.</summary>
    public IReadOnlyList<SafeHandle> Handles { get; init; } = [];

    /// <summary>The folder the child starts in. Default: this process's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Where the child's standard output goes. Standard input is /dev/null always.</summary>
    public ChildOutputMode StandardOutput { get; init; }

    /// <summary>Where the child's standard error goes.</summary>
    public ChildOutputMode StandardError { get; init; }

    /// <summary>Takes the lines of the streams in mode <see cref="ChildOutputMode.Lines"/>; required with it.</summary>
    /// <remarks>Called on the thread pool, for one line of a stream at a time; two streams may call at once. While it
    /// is busy the child's pipe fills up, and then the child waits. What it throws is the error of
    /// <see cref="ChildProcess.OutputEnded"/>; no further lines of that stream are given to it then.</remarks>
    public Action<ChildOutputLine>? OnLine { get; init; }

    /// <summary>Whether the child leads a process group of its own (the default): Ctrl-C in the terminal does not reach
    /// it, and what it has left of the group is killed when it ends.</summary>
    public bool HasOwnGroup { get; init; } = true;

    /// <summary>Refuses what no start could make sense of.</summary>
    /// <exception cref="ArgumentException">A member has an impossible value.</exception>
    internal void ThrowIfInvalid()
    {
        ThrowIfUnspeakable(Path, nameof(Path));
        ThrowUnless(Path.Length > 0, nameof(Path), "The path of the executable is empty.");
        ThrowUnless(WorkingDirectory?.Length != 0, nameof(WorkingDirectory), "The working directory is empty.");
        ThrowIfUnspeakable(WorkingDirectory ?? "", nameof(WorkingDirectory));
        foreach (string argument in Arguments)
        {
            ThrowIfUnspeakable(argument, nameof(Arguments));
        }

        foreach ((string name, string? value) in Environment)
        {
            ThrowIfUnspeakable(name, nameof(Environment));
            ThrowIfUnspeakable(value ?? "", nameof(Environment));
            ThrowUnless(name.Length > 0 && !name.Contains('=', StringComparison.Ordinal), nameof(Environment),
                $"\"{name}\" cannot be a variable's name: it is empty or has a \"=\".");
        }

        ThrowIfHandlesInvalid();
        ThrowUnless(Enum.IsDefined(StandardOutput), nameof(StandardOutput), $"{StandardOutput} is no mode.");
        ThrowUnless(Enum.IsDefined(StandardError), nameof(StandardError), $"{StandardError} is no mode.");
        bool hasLines = StandardOutput == ChildOutputMode.Lines || StandardError == ChildOutputMode.Lines;
        ThrowUnless(hasLines == (OnLine is not null), nameof(OnLine),
            "OnLine takes the lines of streams in mode Lines: give both, or neither.");
    }

    private static void ThrowIfUnspeakable(string text, string member)
        => ThrowUnless(text is not null && !text.Contains('\0', StringComparison.Ordinal), member,
            "A text for a process is not null and has no zero character.");

    private static void ThrowUnless(bool holds, string member, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message, member);
        }
    }

    private void ThrowIfHandlesInvalid()
    {
        ThrowUnless(Handles.Count <= MaxHandles, nameof(Handles),
            $"{Handles.Count} handles are to be given; at most {MaxHandles} can be.");
        for (int i = 0; i < Handles.Count; i++)
        {
            ThrowUnless(Handles[i] is { IsClosed: false, IsInvalid: false }, nameof(Handles),
                $"Handle {i} of {Handles.Count} is null, invalid or closed.");
        }

        ThrowUnless(Executable is null or { IsClosed: false, IsInvalid: false }, nameof(Executable),
            "The open executable is invalid or closed.");
    }
}
