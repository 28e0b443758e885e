// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How the bytes of a parameters item are to be read.</summary>
public enum ParametersFormat : uint
{
    /// <summary>Bytes whose meaning the firmware knows.</summary>
    Blob = 0,

    /// <summary>Texts "key=value" in UTF-8, each ended by a NUL.</summary>
    KeyValues = 1,
}
