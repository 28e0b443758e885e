// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output;

/// <summary>How a run ended: the word for it and the exit code.</summary>
internal enum RunResult
{
    /// <summary>All right.</summary>
    Ok = 0,

    /// <summary>The run found errors, or could not be done.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>Ended by Ctrl-C or SIGTERM: 128 and the number of SIGINT.</summary>
    Interrupted = 130,
}
