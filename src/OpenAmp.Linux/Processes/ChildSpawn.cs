// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>One call of posix_spawn: the options in the form that the system takes.</summary>
internal static unsafe class ChildSpawn
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const string NullDevice = "/dev/null";

    /// <summary>Starts the program. The options are valid.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="pipes">For the streams in mode Lines.</param>
    /// <returns>The process id.</returns>
    /// <exception cref="IOException">The system refused; nothing runs.</exception>
    internal static int Start(ChildProcessOptions options, ChildPipes pipes)
    {
        using SpawnActions actions = new();
        using SpawnAttributes attributes = new(options.HasOwnGroup);
        using RaisedDescriptors raised = new(lowest: FirstFree(options) + 2);
        string path = Path.GetFullPath(options.Path);
        if (options.WorkingDirectory is not null)
        {
            actions.ChangeDirectory(options.WorkingDirectory);
        }

        actions.Open(StandardInput, NullDevice, Interop.O_RDONLY);
        AddStream(actions, raised, StandardOutput, options.StandardOutput, pipes.OutputWriter);
        AddStream(actions, raised, StandardError, options.StandardError, pipes.ErrorWriter);
        AddHandles(actions, raised, options.Handles);
        if (options.Executable is not null)
        {
            path = AddExecutable(actions, raised.Add(options.Executable), FirstFree(options));
        }
        else
        {
            actions.CloseFrom(FirstFree(options));
        }

        return Spawn(options, path, actions, attributes);
    }

    private static int FirstFree(ChildProcessOptions options)
        => ChildProcessOptions.FirstHandleDescriptor + options.Handles.Count;

    private static void AddStream(SpawnActions actions, RaisedDescriptors raised, int target, ChildOutputMode mode,
        SafeFileHandle? pipe)
    {
        if (mode == ChildOutputMode.Discard)
        {
            actions.Open(target, NullDevice, Interop.O_WRONLY);
        }
        else if (pipe is not null)
        {
            actions.Duplicate(raised.Add(pipe), target);
        }
    }

    private static void AddHandles(SpawnActions actions, RaisedDescriptors raised, IReadOnlyList<SafeHandle> handles)
    {
        for (int i = 0; i < handles.Count; i++)
        {
            actions.Duplicate(raised.Add(handles[i]), ChildProcessOptions.FirstHandleDescriptor + i);
        }
    }

    /// <summary>Makes an open file the program: under a number of the child that closes itself on exec.</summary>
    /// <returns>The path by which the child finds it.</returns>
    /// <remarks>A duplicated descriptor would stay open in the program. One that is opened closes itself, if it is
    /// opened under its number at once; so all numbers below are taken then, and it is the lowest free.</remarks>
    private static string AddExecutable(SpawnActions actions, int source, int firstFree)
    {
        actions.Duplicate(source, firstFree);
        actions.CloseFrom(firstFree + 1);
        actions.Open(firstFree + 1, $"/proc/self/fd/{firstFree}", Interop.O_PATH | Interop.O_CLOEXEC);
        actions.Close(firstFree);
        return $"/proc/self/fd/{firstFree + 1}";
    }

    private static int Spawn(ChildProcessOptions options, string path, SpawnActions actions, SpawnAttributes attributes)
    {
        using NativeStrings paths = new([path]);
        using NativeStrings arguments = new([options.Path, .. options.Arguments]);
        using NativeStrings environment = new(EnvironmentOf(options));
        int process;

        // SAFETY: all four outlive the call, which returns after the child has left this memory.
        int errno = Interop.posix_spawn(&process, paths.Pointer[0], actions.Pointer, attributes.Pointer,
            arguments.Pointer, environment.Pointer);
        return errno == 0 ? process : throw Failure(options, errno);
    }

    private static List<string> EnvironmentOf(ChildProcessOptions options)
    {
        SortedDictionary<string, string?> all = new(StringComparer.Ordinal);
        if (options.InheritsEnvironment)
        {
            foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            {
                all[(string)variable.Key] = (string?)variable.Value;
            }
        }

        foreach ((string name, string? value) in options.Environment)
        {
            all[name] = value;
        }

        List<string> lines = [];
        foreach ((string name, string? value) in all)
        {
            if (value is not null)
            {
                lines.Add($"{name}={value}");
            }
        }

        return lines;
    }

    private static IOException Failure(ChildProcessOptions options, int errno)
        => Interop.Failure("posix_spawn", $"\"{options.Path}\"", errno, errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => AdviceForMissing(options),
            Errno.EACCES => "It must be a file, executable (chmod +x), in folders that may be entered, on a file "
                + "system that is not mounted noexec.",
            Errno.EPERM => "A security policy forbids to run it.",
            Errno.ENOEXEC => "It is not an executable of this machine: give an ELF file built for "
                + $"{RuntimeInformation.ProcessArchitecture}, or a script with a #! line.",
            Errno.ETXTBSY => "Somebody has the file open for writing: close it first.",
            Errno.EMFILE or Errno.ENFILE => "Too many files are open: raise the limit (ulimit -n).",
            Errno.EAGAIN => "Too many processes run: raise the limit (ulimit -u) or the pids limit of the container.",
            Errno.ENOMEM => "Free memory.",
            Errno.E2BIG => "Arguments and environment are too long: give less.",
            Errno.ELOOP => "Its path has too many symbolic links.",
            _ => "Nothing was started.",
        });

    private static string AdviceForMissing(ChildProcessOptions options) => options switch
    {
        { WorkingDirectory: { } folder } when !Directory.Exists(folder)
            => $"Its working directory \"{folder}\" does not exist.",
        { Executable: null } when !File.Exists(options.Path)
            => $"There is no file at \"{Path.GetFullPath(options.Path)}\"; PATH is not searched.",
        _ => "The file is there, but not the interpreter that it names (in its #! line, or as its ELF interpreter).",
    };
}
