import java.io.File;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.FileResourceSet;
import org.apache.catalina.webresources.StandardRoot;

/** RDF4J Server in a Tomcat of its own, on loopback: PORT, WAR, FOLDER for what it writes, PATH, further libraries. */
public class Rdf4j {
    public static void main(String[] words) throws Exception {
        Tomcat tomcat = new Tomcat();
        File webapps = new File(words[2], "webapps");
        webapps.mkdirs();
        tomcat.setBaseDir(words[2]);
        tomcat.setPort(Integer.parseInt(words[0]));
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context server = tomcat.addWebapp(words[3], new File(words[1]).getAbsolutePath());
        StandardRoot resources = new StandardRoot(server);
        server.setResources(resources);
        for (int i = 4; i < words.length; i++) {
            String name = "/WEB-INF/lib/" + new File(words[i]).getName();
            resources.addPostResources(new FileResourceSet(resources, name, words[i], "/"));
        }
        for (File folder : webapps.listFiles(File::isDirectory)) {
            Context files = tomcat.addContext("/" + folder.getName(), folder.getAbsolutePath());
            Tomcat.addServlet(files, "default", "org.apache.catalina.servlets.DefaultServlet");
            files.addServletMappingDecoded("/", "default");
        }
        tomcat.start();
        tomcat.getServer().await();
    }
}
