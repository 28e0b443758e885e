// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What came of looking for a message.</summary>
public enum RpmsgReceiveResult
{
    /// <summary>There is none.</summary>
    Empty,

    /// <summary>There is one, and its header made sense.</summary>
    Message,

    /// <summary>There was something that made no sense; it was given back and counted. Look again.</summary>
    Rejected,

    /// <summary>The ring is beyond use. Final.</summary>
    Broken,
}
