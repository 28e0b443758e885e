// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>The kernel refused to do something with a remote processor.</summary>
/// <remarks>The kernel tells a program an error number only; why, it tells its log. When the log may be read, its lines
/// stand here and in the message.</remarks>
public sealed class KernelRemoteprocException : RemoteProcessorException
{
    /// <summary>The kernel refused.</summary>
    public KernelRemoteprocException()
        : this("The kernel refused to do something with a remote processor.")
    {
    }

    /// <summary>The kernel refused.</summary>
    /// <param name="message">What, why, and what to do.</param>
    public KernelRemoteprocException(string message)
        : base(message)
    {
    }

    /// <summary>The kernel refused.</summary>
    /// <param name="message">What, why, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public KernelRemoteprocException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal KernelRemoteprocException(string message, int errno, IReadOnlyList<string> kernelLog)
        : base(message)
    {
        ErrorNumber = errno;
        KernelLog = kernelLog;
    }

    /// <summary>The kernel's error number (errno); 0 when there was none.</summary>
    public int ErrorNumber { get; }

    /// <summary>What the kernel wrote into its log about this processor meanwhile; empty when that may not be
    /// read.</summary>
    public IReadOnlyList<string> KernelLog { get; } = [];
}
