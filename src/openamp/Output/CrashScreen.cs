// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;

namespace OpenAmp.Tool.Output;

/// <summary>Prints what a crash left.</summary>
internal static class CrashScreen
{
    private const int MostCalls = 5;

    /// <summary>Prints it.</summary>
    public static void Write(CrashReport crash)
    {
        Screen.Heading($"Crash, from the firmware's panic record and the core dump of {crash.CoreDumpBytes:N0} bytes");
        Screen.Fact("cause", CompiledName.Short(SafeText.Of(crash.Cause)));
        foreach (ReturnAddressReport call in crash.Calls.Take(MostCalls))
        {
            Screen.Fact(call == crash.Calls[0] ? "stack" : "", $"{call.Value} {CompiledName.Short(call.Symbol)}");
        }

        CoreDumpScreen.WriteRegisters(crash.Registers);
        Screen.Line("");
    }
}
