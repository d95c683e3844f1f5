; Inno Setup 6.3 or later: one file that installs Benchtop for the person who runs it, without an administrator.
;
;   iscc /DVersion=0.1.0 packaging\windows\benchtop.iss
;
; The frozen program lies in build\frozen\benchtop (packaging/frozen.sh). What people wrote lies in
; %LOCALAPPDATA%\benchtop and is touched by no install, upgrade or removal.

#ifndef Version
  #error Say which version: /DVersion=0.1.0
#endif

[Setup]
AppId={{6C9F6C70-7B0B-4E0C-9C55-2D0B6E5E4B11}
AppName=Benchtop
AppVersion={#Version}
AppPublisher=The Benchtop developers
DefaultDirName={autopf}\Benchtop
DefaultGroupName=Benchtop
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes
Compression=lzma2/max
SolidCompression=yes
LicenseFile=..\..\LICENSE
MinVersion=10.0.17763
OutputBaseFilename=benchtop-{#Version}-windows-x64
OutputDir=..\..\build
SetupIconFile=..\..\build\benchtop.ico
SourceDir=.
UninstallDisplayIcon={app}\benchtopw.exe
WizardStyle=modern

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: association; Description: "Open model files (.gguf) with Benchtop"
Name: path; Description: "Make the command ""benchtop"" known to terminals"

[InstallDelete]
; Parts of an older version that the new one does not have must not be found by it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\build\frozen\benchtop\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "..\..\build\licences\*"; DestDir: "{app}\licences"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Benchtop"; Filename: "{app}\benchtopw.exe"; AppUserModelID: "org.benchtop.Benchtop"
Name: "{autodesktop}\Benchtop"; Filename: "{app}\benchtopw.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.gguf\OpenWithProgids"; ValueType: string; ValueName: "Benchtop.gguf"; ValueData: ""; Flags: uninsdeletevalue; Tasks: association
Root: HKA; Subkey: "Software\Classes\Benchtop.gguf"; ValueType: string; ValueData: "Language model (GGUF)"; Flags: uninsdeletekey; Tasks: association
Root: HKA; Subkey: "Software\Classes\Benchtop.gguf\DefaultIcon"; ValueType: string; ValueData: "{app}\benchtopw.exe,0"; Tasks: association
Root: HKA; Subkey: "Software\Classes\Benchtop.gguf\shell\open\command"; ValueType: string; ValueData: """{app}\benchtopw.exe"" open ""%1"""; Tasks: association

[Run]
Filename: "{app}\benchtopw.exe"; Description: "{cm:LaunchProgram,Benchtop}"; Flags: nowait postinstall skipifsilent

[Code]
// Where terminals learn where programs are: for this person, or for all where an administrator installs.
function EnvironmentKey: string;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

// The folders of Known, which semicolons part, without this one; Found tells whether it was among them.
function WithoutFolder(Known, Folder: string; var Found: Boolean): string;
var
  Part: string;
  Place: Integer;
begin
  Result := '';
  Found := False;
  while Known <> '' do
  begin
    Place := Pos(';', Known);
    if Place = 0 then
      Place := Length(Known) + 1;
    Part := Copy(Known, 1, Place - 1);
    Delete(Known, 1, Place);
    if CompareText(RemoveBackslashUnlessRoot(Part), RemoveBackslashUnlessRoot(Folder)) = 0 then
      Found := True
    else
    begin
      if Result <> '' then
        Result := Result + ';';
      Result := Result + Part;
    end;
  end;
end;

procedure ChangePath(Wanted: Boolean);
var
  Known, Others, Folder: string;
  Found: Boolean;
begin
  Folder := ExpandConstant('{app}');
  if not RegQueryStringValue(HKA, EnvironmentKey, 'Path', Known) then
  begin
    if RegValueExists(HKA, EnvironmentKey, 'Path') then
      Exit; // not to be read, so not to be written over
    Known := '';
  end;
  Others := WithoutFolder(Known, Folder, Found);
  if Found = Wanted then
    Exit;
  if Wanted then
  begin
    if Others <> '' then
      Others := Others + ';';
    Others := Others + Folder;
  end;
  RegWriteExpandStringValue(HKA, EnvironmentKey, 'Path', Others);
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if (CurStep = ssPostInstall) and WizardIsTaskSelected('path') then
    ChangePath(True);
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if CurUninstallStep = usUninstall then
    ChangePath(False);
  if (CurUninstallStep = usPostUninstall) and not UninstallSilent then
    MsgBox('Benchtop is gone. Chats, models and what was taught stay in'#13#10 + ExpandConstant('{localappdata}\benchtop') +
      #13#10'Delete that folder to delete them.', mbInformation, MB_OK);
end;
