// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Boards;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Tool.Services.Linux;

/// <summary>What a guest of the demo is made of: found, or built once by the repository's scripts.</summary>
internal sealed record GuestParts(LinuxGuestImage Image, string ProgramPath)
{
    private const string GuestScript = "eng/linux-guest";
    private const string PublishScript = "eng/publish";
    private const string Platform = "linux-x64";

    /// <summary>Finds them, and builds what is missing.</summary>
    /// <param name="tell">Told what takes long.</param>
    /// <param name="cancellationToken">Ends it, and the builds.</param>
    /// <exception cref="IOException">Something is missing and cannot be built here.</exception>
    public static async Task<GuestParts> FindAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new IOException("the Linux kernel that runs as a process is for x64 machines, and this is "
                + $"{RuntimeInformation.ProcessArchitecture}; on a board, 'openamp ls' shows what its own kernel has");
        }

        LinuxGuestImage image = LinuxGuestImage.Find() ?? await BuildImageAsync(tell, cancellationToken)
            .ConfigureAwait(false);
        return new GuestParts(image, OwnProgram.IsNative ? OwnProgram.FilePath
            : await BuildProgramAsync(tell, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<LinuxGuestImage> BuildImageAsync(
        Action<string> tell, CancellationToken cancellationToken)
    {
        string script = Find(GuestScript);
        tell("there is no guest kernel yet: building one takes some minutes, once");
        string folder = await RunAsync(script, "", cancellationToken).ConfigureAwait(false);
        return LinuxGuestImage.Open(folder.Trim());
    }

    /// <summary>This program as a native binary: a guest has no .NET. Done in no time when it is up to date.</summary>
    private static async Task<string> BuildProgramAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        string script = Find(PublishScript);
        string path = Path.Combine(Repository.Root!, "artifacts", "publish", Platform, "openamp");
        if (!File.Exists(path))
        {
            tell("the guest needs this program as a native binary: making it takes a minute or two, once");
        }

        _ = await RunAsync(script, Platform, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static string Find(string script)
        => Repository.Root is { } root && Path.Combine(root, script) is var path && File.Exists(path)
            ? path
            : throw new IOException($"this needs {script}, which is in the repository of OpenAMP for .NET: run the "
                + "tool from there, or set OPENAMP_LINUX_GUEST to a guest that it built");

    /// <summary>Runs a script; what it says beside its result goes to standard error.</summary>
    private static async Task<string> RunAsync(string script, string arguments, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true })!;
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0 ? output : throw new IOException(
                $"{script} ended with exit code {process.ExitCode}; what it said is above");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
