// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;
using OpenAmp.CLibrary;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Firmware.Tests.CLibrary;

/// <summary>openamp.h, and whether the C# behind it means the same.</summary>
public sealed class HeaderTests
{
    // Error of C# and the name in C.
    private static readonly Dictionary<Error, string> Errors = new()
    {
        [Error.Ok] = "OPENAMP_OK",
        [Error.Argument] = "OPENAMP_ERROR_ARGUMENT",
        [Error.Version] = "OPENAMP_ERROR_VERSION",
        [Error.Down] = "OPENAMP_ERROR_DOWN",
        [Error.NoBuffer] = "OPENAMP_ERROR_NO_BUFFER",
        [Error.TooLong] = "OPENAMP_ERROR_TOO_LONG",
        [Error.Broken] = "OPENAMP_ERROR_BROKEN",
        [Error.NoRoom] = "OPENAMP_ERROR_NO_ROOM",
        [Error.AddressTaken] = "OPENAMP_ERROR_ADDRESS_TAKEN",
        [Error.NoNameService] = "OPENAMP_ERROR_NO_NAME_SERVICE",
        [Error.Features] = "OPENAMP_ERROR_FEATURES",
        [Error.RingToHost] = "OPENAMP_ERROR_RING_TO_HOST",
        [Error.RingFromHost] = "OPENAMP_ERROR_RING_FROM_HOST",
        [Error.Busy] = "OPENAMP_ERROR_BUSY",
    };

    [Theory]
    [InlineData("gcc", "gcc", "c", "-std=c99")]
    [InlineData("gcc", "gcc", "c", "-std=c17")]
    [InlineData("g++", "g++", "c++", "-std=c++11")]
    [InlineData("g++", "g++", "c++", "-std=c++20")]
    [InlineData("arm-none-eabi-gcc", "gcc-arm-none-eabi", "c", "-std=c99")]
    [InlineData("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu", "c", "-std=c99")]
    public Task TheHeaderCompilesWithoutAWarning(string compiler, string package, string language, string standard)
        => CFirmware.CheckAsync(compiler, package, language, standard);

    [Fact]
    public async Task EveryErrorHasTheSameNumberInCAndInCSharp()
    {
        Assert.Equal(Enum.GetValues<Error>().Order(), Errors.Keys.Order());
        foreach ((Error error, string name) in Errors)
        {
            Assert.Equal((int)error, (await EvaluateAsync(name))[0]);
        }
    }

    [Fact]
    public async Task EveryStructureHasTheSamePlacesInCAndInCSharp()
    {
        (string Expression, int Expected)[] places =
        [
            .. Places<Config>("openamp_config",
                ("abi", "Abi"), ("flags", "Flags"), ("vdev", "Vdev"), ("rings", "Rings"), ("status", "Status"),
                ("workspace", "Workspace"), ("workspace_bytes", "WorkspaceBytes"),
                ("endpoint_count", "EndpointCount"), ("first_address", "FirstAddress"),
                ("window_count", "WindowCount"), ("windows", "Windows"), ("context", "Context"), ("notify", "Notify"),
                ("translate", "Translate"), ("clean", "Clean"), ("invalidate", "Invalidate"), ("wait", "Wait"),
                ("announced", "Announced")),
            .. Places<Window>("openamp_window",
                ("device_address", "DeviceAddress"), ("length_bytes", "LengthBytes"), ("start", "Start")),
            .. Places<Ring>("openamp_ring",
                ("device_address", "DeviceAddress"), ("alignment_bytes", "AlignmentBytes"),
                ("entry_count", "EntryCount"), ("notify_id", "NotifyId")),
            .. Places<Message>("openamp_message",
                ("payload", "Payload"), ("length_bytes", "LengthBytes"), ("source", "Source"),
                ("destination", "Destination"), ("buffer", "Buffer")),
            .. Places<Endpoint>("openamp_endpoint",
                ("remote", "Remote"), ("on_message", "OnMessage"), ("context", "Context"), ("address", "Address")),
            .. Places<QueueFaults>("openamp_ring_faults",
                ("index_jumps", "IndexJumps"), ("heads_outside", "HeadsOutside"), ("heads_not_owned", "HeadsNotOwned"),
                ("lengths_beyond_buffer", "LengthsBeyondBuffer"), ("bad_chains", "BadChains"),
                ("buffers_outside", "BuffersOutside"), ("bad_buffers", "BadBuffers")),
            .. Places<Faults>("openamp_faults",
                ("to_host", "ToHost"), ("from_host", "FromHost"), ("lengths_beyond_message", "LengthsBeyondMessage"),
                ("unknown_destinations", "UnknownDestinations"), ("bad_announcements", "BadAnnouncements")),
            ("sizeof(openamp_announcement)", NameServiceMessage.SizeBytes),
            ("sizeof(openamp_remote)", (int)Remote.Reserved),
            .. Buffer(),
        ];
        int[] actual = await EvaluateAsync([.. places.Select(place => place.Expression)]);
        Assert.Equal(places.Select(place => (place.Expression, place.Expected)),
            places.Select((place, i) => (place.Expression, actual[i])));
    }

    // A buffer of 600 bytes at 4096, as C# holds it, is what C looks at.
    private static unsafe (string Expression, int Expected)[] Buffer() =>
    [
        ("sizeof(openamp_buffer)", sizeof(RpmsgBuffer)),
        ("openamp_buffer_capacity(&(openamp_buffer){(void *)4096, 600, 0, 0})", 584),
        ("(size_t)openamp_buffer_payload(&(openamp_buffer){(void *)4096, 600, 0, 0})", 4112),
    ];

    private static unsafe (string Expression, int Expected)[] Places<T>(
        string structure, params (string InC, string InCSharp)[] fields)
        where T : unmanaged
    {
        Assert.Equal(typeof(T).GetFields().Count(field => !field.IsStatic), fields.Length);
        return
        [
            .. fields.Select(field =>
                ($"offsetof({structure}, {field.InC})", (int)Marshal.OffsetOf<T>(field.InCSharp))),
            ($"sizeof({structure})", sizeof(T)),
        ];
    }

    private static async Task<int[]> EvaluateAsync(params string[] expressions)
    {
        var program = new StringBuilder("#include <stdio.h>\n#include \"openamp.h\"\nint main(void)\n{\n");
        foreach (string expression in expressions)
        {
            _ = program.Append(CultureInfo.InvariantCulture, $"    printf(\"%d\\n\", (int)({expression}));\n");
        }

        string output = await CFirmware.PrintAsync(program.Append("    return 0;\n}\n").ToString());
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }
}
