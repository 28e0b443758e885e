// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Who chooses the notify ids of vrings.</summary>
public enum NotifyIdPolicy
{
    /// <summary>Ids that the table gives are kept, and refused when two are the same; others get the lowest that are
    /// free. As the C library, which does not look for duplicates.</summary>
    Keep,

    /// <summary>All vrings are numbered 0, 1, … in table order, whatever the table says. As Linux.</summary>
    Number,
}
