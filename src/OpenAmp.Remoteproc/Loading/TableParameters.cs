// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Remoteproc;

/// <summary>Passes a program's parameters to firmware, in the room that its table has for them (version 2).</summary>
internal static class TableParameters
{
    /// <summary>Sets keys in the table's first block of pairs; pairs of the image that are not named stay.</summary>
    /// <exception cref="FirmwareException">The table has no such block, or too little room.</exception>
    public static void Set(ResourceTable? table, IReadOnlyDictionary<string, string> parameters, string imageName)
    {
        if (parameters.Count == 0)
        {
            return;
        }

        ParametersResource block = table?.Parameters
            .FirstOrDefault(entry => entry.Format == ParametersFormat.KeyValues)
            ?? throw new FirmwareException($"There are {parameters.Count} parameters for '{imageName}', but its "
                + "resource "
                + "table has no parameters entry for them. Add one (version 2), or pass none.");
        Dictionary<string, string> pairs = [];
        foreach ((string key, string value) in block.ReadPairs().Concat(parameters))
        {
            pairs[key] = value;
        }

        try
        {
            block.SetPairs(pairs);
        }
        catch (ResourceTableException error)
        {
            throw new FirmwareException($"The parameters for '{imageName}' do not fit: {error.Message}", error);
        }
    }
}
