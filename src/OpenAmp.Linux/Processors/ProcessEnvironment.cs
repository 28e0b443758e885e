// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Where firmware that a process processor runs finds its memory, its table and its doorbells.</summary>
/// <remarks>docs/process-processor.md describes the same for firmware in C.</remarks>
public static class ProcessEnvironment
{
    /// <summary>The environment variable that tells the process what it inherited.</summary>
    public const string VariableName = "OPENAMP_PROCESSOR";

    /// <summary>Whether a process processor started this process, and nobody has opened the environment yet.</summary>
    public static bool IsPresent => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(VariableName));

    /// <summary>Takes over what this process inherited: maps its memory, reads its table, and listens for the request
    /// to end. To be called once, early.</summary>
    /// <param name="options">How the firmware lives with its host.</param>
    /// <returns>The environment. <see cref="RemoteEnvironment.Stopping"/> is cancelled by SIGTERM, which does not end
    /// the process any more, and when the host dies. The firmware disposes it last.</returns>
    /// <exception cref="InvalidOperationException">No processor started this process, it has been opened before, or
    /// what the environment says is not so.</exception>
    /// <exception cref="ResourceTableException">The table in memory is malformed.</exception>
    /// <exception cref="IOException">The system refused to map the memory.</exception>
    /// <remarks>The variable is removed and the descriptors close themselves on exec from then on, so that a process
    /// which the firmware starts does not take them for its own.</remarks>
    public static RemoteEnvironment Open(ProcessEnvironmentOptions? options = null)
    {
        options ??= new ProcessEnvironmentOptions();
        options.ThrowIfInvalid();
        if (!IsPresent)
        {
            throw new InvalidOperationException($"This program is firmware: {VariableName} is not set, so no processor "
                + "started it, or the environment was opened before. Run it with \"openamp run FIRMWARE\", or load it "
                + $"into a {nameof(RemoteProcessor)} with a {nameof(ProcessProcessorDriver)}.");
        }

        string text = Environment.GetEnvironmentVariable(VariableName)!;
        ProcessorContract contract = ProcessorContractReader.TryRead(text, out string fault)
            ?? throw Malformed(text, fault);
        if (InheritedProcessor.FindFault(contract) is { } mismatch)
        {
            throw Malformed(text, mismatch);
        }

        Environment.SetEnvironmentVariable(VariableName, null);
        return InheritedProcessor.Open(contract, options);
    }

    private static InvalidOperationException Malformed(string text, string fault)
        => new($"{VariableName} is \"{text[..Math.Min(text.Length, 200)]}\": {fault}. A process processor sets it for "
            + "the firmware it starts; do not set it by hand, and do not pass it on.");
}
