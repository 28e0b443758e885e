// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Tool.Commands;

return args is [DemoFirmwareCommand.CommandName]
    ? await DemoFirmwareCommand.RunAsync().ConfigureAwait(false)
    : await ToolCommand.RunAsync(args).ConfigureAwait(false);
