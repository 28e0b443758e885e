// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Commands;

/// <summary>This tool a second time, as a process of its own. Disposing ends it, by force if it must.</summary>
internal sealed class RemoteProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly Task _output;

    private RemoteProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        _output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Ended = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Id => _process.Id;

    /// <summary>Completes when the process has ended.</summary>
    public Task Ended { get; }

    /// <summary>The exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public static RemoteProcess Start(IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? "dotnet";
        bool isMuxer = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string assembly = Path.Combine(AppContext.BaseDirectory, "openamp.dll");
        return new RemoteProcess(Process.Start(
            new ProcessStartInfo(program, isMuxer ? [assembly, .. arguments] : arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!);
    }

    /// <summary>What it wrote to standard error, in one line. It must have ended.</summary>
    public async Task<string> ErrorsAsync()
        => (await _errors.ConfigureAwait(false)).Trim().ReplaceLineEndings("; ");

    /// <summary>Waits for it to end by itself.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public Task WaitAsync(CancellationToken cancellationToken) => Ended.WaitAsync(EndTime, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (await Task.WhenAny(Ended, Task.Delay(EndTime)).ConfigureAwait(false) != Ended)
        {
            _process.Kill(entireProcessTree: true);
            await Ended.ConfigureAwait(false);
        }

        await _errors.ConfigureAwait(false);
        await _output.ConfigureAwait(false);
        _process.Dispose();
    }
}
