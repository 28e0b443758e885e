// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>Says in words what an error number of the kernel's remoteproc means.</summary>
internal static class RemoteprocAdvice
{
    public const string ForDenied = "This user may not: 'openamp udev' makes rules that let it, without root.";

    /// <summary>The message for a write that failed.</summary>
    /// <param name="processor">Name of the processor.</param>
    /// <param name="word">What was written.</param>
    /// <param name="path">Where.</param>
    /// <param name="state">The state that the kernel shows now.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="log">The kernel's lines of that time.</param>
    public static KernelRemoteprocException Failed(
        string processor,
        string word,
        string path,
        string state,
        KernelStoreResult result,
        IReadOnlyList<string> log)
    {
        string outcome = result.Errno != 0
            ? $"failed with errno {result.Errno} ({Marshal.GetPInvokeErrorMessage(result.Errno)})"
            : $"took {result.WrittenBytes} of {word.Length} bytes, which is how some kernels report an error";
        string said = log.Count > 0
            ? $" The kernel's log says: {string.Join(" | ", log)}"
            : " The kernel's log (dmesg) says why; it was not readable here, or says nothing.";
        return new KernelRemoteprocException(
            $"Processor '{processor}' did not {Verb(word)}: {result.Call} of '{word}' to {path} {outcome}; its state "
                + $"is {state}. {Explain(word, result, state, log)}{said}",
            result.Errno,
            log);
    }

    private static string Verb(string word) => word switch
    {
        "start" or "stop" or "detach" or "recover" => word,
        _ => $"take '{word}'",
    };

    private static string Explain(string word, KernelStoreResult result, string state, IReadOnlyList<string> log)
        => (word, result.Errno) switch
        {
            _ when result.IsDenied => ForDenied,
            ("start", 0) => "Kernels up to 6.1.191 and 6.12 do so when a vendor's entry is the last of the resource "
                + "table (\"Failed to process resources: 1\"): put another entry behind it.",
            ("start", Errno.ENOENT) => "The kernel does not find the firmware: load it, or look at the attribute "
                + "'firmware' and the search path.",
            ("start", Errno.EINVAL) =>
                "The firmware or its resource table is not what the kernel or the driver accepts.",
            ("start", Errno.ENOMEM) => "There is no memory for a carveout or a vring: is a reserved-memory region "
                + "missing in the device tree?",
            ("start", Errno.ETIMEDOUT) => "The processor did not answer its driver.",
            ("stop", Errno.EINVAL) when state == RemoteprocStates.Crashed => "Kernels from 6.12 on do not stop a "
                + "processor that crashed: recover it, then stop it.",
            ("stop", Errno.EINVAL) => "It does not run.",
            ("detach", Errno.EINVAL) => "It is not attached, or its driver cannot detach.",
            (_, Errno.EBUSY) => "The kernel refuses that while the processor is not offline.",
            (_, Errno.ENODEV or Errno.ENOENT) => "Its driver is being removed.",
            _ => log.Any(line => line.Contains("can't lock", System.StringComparison.Ordinal))
                ? "Another operation holds it." : "",
        };
}
