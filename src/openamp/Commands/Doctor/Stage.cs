// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>One stage of the chain from the kernel to the last message device.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="LookAsync">Looks at it.</param>
internal sealed record Stage(string Name, Func<Patient, CancellationToken, ValueTask<StageFinding>> LookAsync)
{
    /// <summary>A stage that waits for nothing.</summary>
    public static Stage Of(string name, Func<Patient, StageFinding> look)
        => new(name, (patient, _) => ValueTask.FromResult(look(patient)));
}
