// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What became of a message that the link handed on.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It was taken or dropped; its buffer goes back.</summary>
    Done,

    /// <summary>The program keeps its buffer.</summary>
    Held,

    /// <summary>Nobody could take it yet and it must not be lost: the link stops receiving until somebody
    /// can.</summary>
    Stalled,
}
